"""The toy day, specified once and written for each peer as its own documentation recommends, and for the columns.

The peers' files run as scripts in an environment of their own and import nothing of the workbench.
"""
