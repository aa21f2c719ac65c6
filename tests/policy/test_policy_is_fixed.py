"""A policy in force stays as it was loaded: its notification parameters cannot be changed in place."""

import copy
import json
import pickle

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput

OWN = {"patience": 3, "most_a_week": 4}


def told(parameters=OWN):
    return hp.load("baseline").with_notification("considerate", parameters).notification


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.__setitem__("patience", 9),
        lambda d: d.__delitem__("patience"),
        lambda d: d.__ior__({"patience": 9}),
        lambda d: d.update(patience=9),
        lambda d: d.pop("patience"),
        lambda d: d.popitem(),
        lambda d: d.setdefault("other", 9),
        lambda d: d.clear(),
    ],
)
def test_notification_parameters_cannot_be_changed_in_place(change):
    notification = told()
    with pytest.raises(TypeError, match="cannot be changed in place"):
        change(notification.parameters)
    assert notification.parameters == OWN
    with pytest.raises(TypeError, match="cannot be changed in place"):
        change(hp.load("baseline").notification.parameters)


def test_the_dict_that_was_given_stays_its_owners():
    own = dict(OWN)
    notification = told(own)
    own["patience"] = 9
    assert notification.parameters["patience"] == 3


def test_notification_parameters_print_as_json_and_can_be_copied():
    notification = told()
    assert json.loads(json.dumps(notification.parameters)) == OWN
    for again in (pickle.loads(pickle.dumps(notification)), copy.copy(notification), copy.deepcopy(notification)):
        assert again == notification
        with pytest.raises(TypeError):
            again.parameters["patience"] = 9
    assert {**notification.parameters, "patience": 9}["patience"] == 9


@pytest.mark.parametrize("parameters", [5, "patience", [("patience", 3)]])
def test_notification_parameters_that_are_no_dict_are_refused(parameters):
    with pytest.raises(BadInput, match="not a dict"):
        told(parameters)
