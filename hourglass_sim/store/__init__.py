"""The event log: its schema, its files (DuckDB or Parquet parts), and the reading of logs from here and elsewhere."""
