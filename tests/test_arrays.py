"""Arrays survive their way out of frameworks and through JSON."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.check.arrays import (
    DTYPES,
    NoArray,
    Sample,
    pack,
    sample_index,
    to_numpy,
    unpack,
)


@given(
    hnp.arrays(
        st.sampled_from(DTYPES).map(np.dtype),
        hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
    )
)
def test_what_is_packed_comes_back_bit_for_bit(array):
    back = unpack(json.loads(json.dumps(pack(array))))
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()


def test_a_transposed_view_is_packed_row_by_row():
    array = np.arange(6.0).reshape(2, 3).T
    assert (unpack(pack(array)) == array).all()


@pytest.mark.parametrize(
    "packed",
    [
        {"dtype": "|O", "shape": [1], "data": ""},
        {"dtype": "<f4", "shape": [2], "data": "AAAAAA=="},
        {"dtype": "<f4", "shape": [1], "data": "not base64!"},
    ],
)
def test_what_does_not_fit_is_refused(packed):
    with pytest.raises(ValueError):
        unpack(packed)


def test_tensors_that_need_gradients_come_out():
    tensor = torch.ones(2, 3, requires_grad=True)
    assert to_numpy(tensor).shape == (2, 3)


def test_numbers_and_bools_come_out():
    assert to_numpy(3).dtype.kind == "i"
    assert to_numpy(True).dtype == np.bool_


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("text", "str"),
        (object(), "object"),
        (None, "NoneType"),
        (1j, "complex"),
        ({"a": 1}, "dict"),
        ([1.0, 2.0], "list"),
        ((torch.ones(1), torch.ones(1)), "tuple"),
        (torch.ones(2, dtype=torch.bfloat16), "Tensor torch.bfloat16"),
    ],
)
def test_what_is_no_tensor_and_no_number_is_refused_by_name(value, name):
    with pytest.raises(NoArray, match=name):
        to_numpy(value)


def test_big_endian_arrays_are_turned():
    array = to_numpy(np.array([1.0, 2.0], ">f8"))
    assert array.dtype.str == "<f8"
    assert (array == [1.0, 2.0]).all()


def test_a_small_array_is_sampled_whole_and_a_large_one_at_fixed_places(rng):
    small, large = rng.normal(size=(2, 3)), rng.normal(size=(50, 60))
    assert Sample.of(small, 10).whole
    sample = Sample.of(large, 10)
    assert not sample.whole
    assert len(set(sample.index)) == 10
    assert (large.ravel()[sample.index] == sample.values).all()
    assert (sample_index(3000, 10) == sample.index).all()


def test_a_sample_goes_through_json_in_float32(rng):
    sample = Sample.of(rng.normal(size=(4, 5)), 8)
    back = Sample.from_json(json.loads(json.dumps(sample.to_json())))
    assert back.shape == (4, 5)
    assert back.values.dtype == np.float32
    assert np.allclose(back.values, sample.values, rtol=1e-6)
