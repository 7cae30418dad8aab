"""Cases draw the same numbers from a seed in every framework."""

import numpy as np
import pytest

from autograder.check.cases import FRAMEWORKS, Case, case_seeds

to_array = {
    "numpy": lambda tensor: tensor,
    "torch": lambda tensor: tensor.numpy(),
    "keras": lambda tensor: tensor.numpy(),
}


def test_seeds_of_cases_differ_between_checks_and_batches():
    seeds = [*case_seeds(1, "a"), *case_seeds(1, "c"), *case_seeds(2, "a")]
    assert len(set(seeds)) == 9
    assert case_seeds(1, "a") == seeds[:3]


def test_a_seed_of_64_bits_is_taken():
    assert len(case_seeds(2**64 - 1, "a", count=5)) == 5


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_every_framework_gets_the_same_numbers(framework):
    def draw(name):
        case = Case(7, name)
        drawn = [case.normal(2, 3), case.uniform(-1, 1, 4), case.ids(9, 3, 5, low=1)]
        drawn.append(case.mask(4, 6))
        return [np.asarray(to_array[name](tensor)) for tensor in drawn]

    for ours, theirs in zip(draw("numpy"), draw(framework), strict=True):
        assert ours.shape == theirs.shape
        assert ours.dtype.kind == theirs.dtype.kind
        assert (ours == theirs).all()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_dtypes_are_the_frameworks_own(framework):
    case = Case(0, framework)
    floats = "float64" if framework == "numpy" else "float32"
    assert str(to_array[framework](case.normal(2)).dtype) == floats
    assert str(to_array[framework](case.ids(5, 2)).dtype) == "int64"
    assert str(to_array[framework](case.mask(2, 2)).dtype) == "bool"
    assert type(case.integer(1, 3)) is int


def test_ids_and_integers_stay_in_their_range():
    case = Case(3, "numpy")
    ids = case.ids(4, 200, low=1)
    assert set(np.unique(ids)) == {1, 2, 3}
    assert {case.integer(5, 7) for _ in range(50)} == {5, 6}


def test_a_mask_has_a_real_token_in_each_row_and_padding_in_one():
    for seed in range(50):
        mask = Case(seed, "numpy").mask(3, 4)
        assert mask[:, 0].all()
        assert (~mask).any()
        assert (mask[:, :-1] >= mask[:, 1:]).all()  # real tokens first


def test_a_mask_of_length_one_is_all_real():
    assert Case(0, "numpy").mask(3, 1).all()


def test_another_framework_is_named_in_the_error():
    with pytest.raises(ValueError, match="'jax'"):
        Case(0, "jax")
