"""Two levels of attention over a document, in NumPy, PyTorch and Keras."""

from importlib import import_module

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy import Level, close_gaps
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, keras_dtype, run
from gradients import assert_backward_repeats, assert_numeric_backward

B, N, W, E, H, A = 4, 4, 5, 3, 4, 2
COUNTS = np.array([[5, 0, 2, 3], [1, 4, 0, 0], [0, 0, 3, 0], [0, 0, 0, 0]])  # (B, N)


def whole(listings, rng):
    words = listings.Level(E, H, A, rng)
    return listings.HAN(words, listings.Level(2 * H, H, A, rng))


def level(listings, rng):
    return listings.Level(E, H, A, rng)


@pytest.fixture
def documents(rng):
    """Full, empty sentences within and behind, one sentence alone, nothing at all."""
    mask = np.arange(W) < COUNTS[..., None]  # (B, N, W)
    return [rng.normal(size=(B, N, W, E)), mask]


@pytest.fixture
def d_outputs(rng):
    return [rng.normal(size=shape) for shape in ((B, 2 * H), (B, N, W), (B, N))]


@pytest.fixture
def rows(rng):
    """Vectors with gaps: none, one, several, and nothing real."""
    mask = COUNTS > 0  # (B, N)
    mask[0] = True
    return [rng.normal(size=(B, N, E)), mask]


@pytest.fixture
def d_rows(rng):
    return [rng.normal(size=(B, 2 * H)), rng.normal(size=(B, N))]


def one_by_one(han, xs, mask):
    """Each sentence read alone, without padding; then the sentences that there are."""
    documents, weights = np.zeros((B, 2 * H)), np.zeros((B, N))
    word_weights = np.zeros((B, N, W))
    for b in range(B):
        there, vectors = [], []
        for n in range(N):
            words = xs[b, n][mask[b, n]]  # only what is real
            if len(words):
                real = np.ones((1, len(words)), dtype=bool)
                vector, seen = han.words.forward(words[None], real)
                there.append(n)
                vectors.append(vector[0])
                word_weights[b, n, : len(words)] = seen[0]
        if there:
            real = np.ones((1, len(there)), dtype=bool)
            vector, seen = han.sentences.forward(np.array(vectors)[None], real)
            documents[b], weights[b, there] = vector[0], seen[0]
    return documents, word_weights, weights


def test_gaps_are_closed_and_the_order_is_kept():
    xs = np.array([[[1.0], [9.0], [2.0], [9.0], [3.0]]])  # (1, 5, 1)
    mask = np.array([[True, False, True, False, True]])
    closed, real, places = close_gaps(xs, mask)
    np.testing.assert_array_equal(closed[0, :, 0], [1, 2, 3, 9, 9])
    np.testing.assert_array_equal(real, [[True, True, True, False, False]])
    np.testing.assert_array_equal(places, [[0, 3, 1, 4, 2]])


@pytest.mark.parametrize("framework", ALL)
def test_a_batch_gives_what_each_sentence_gives_alone(framework, documents, d_outputs):
    expected = one_by_one(whole(attnbook.numpy, np.random.default_rng(7)), *documents)
    seen = run(framework, whole, documents, d_outputs).outputs
    for one, other in zip(seen, expected, strict=True):
        assert_same(one, other, 1e-12)


@pytest.mark.parametrize("framework", ALL)
def test_what_is_empty_gets_nothing(framework, documents, d_outputs):
    xs, mask = documents
    found, word_weights, weights = run(framework, whole, documents, d_outputs).outputs
    assert (word_weights[~mask] == 0).all() and (word_weights[mask] > 0).all()
    assert (weights[COUNTS == 0] == 0).all() and (weights[COUNTS > 0] > 0).all()
    np.testing.assert_allclose(word_weights.sum(axis=-1), COUNTS > 0)
    np.testing.assert_allclose(weights.sum(axis=-1), [1, 1, 1, 0])
    np.testing.assert_array_equal(found[3], np.zeros(2 * H))
    assert np.abs(found[:3]).min() > 0


@pytest.mark.parametrize("framework", ALL)
def test_padding_changes_nothing_whatever_it_holds(framework, documents, d_outputs):
    xs, mask = documents
    other = np.where(mask[..., None], xs, 1e3)
    one, two = (run(framework, whole, [each, mask], d_outputs) for each in (xs, other))
    for a, b in zip(one.outputs, two.outputs, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (two.d_inputs[0][~mask] == 0).all()
    assert np.abs(two.d_inputs[0][mask]).min() > 0


def test_backward_matches_numeric_gradients(documents, d_outputs):
    han = whole(attnbook.numpy, np.random.default_rng(7))
    assert_numeric_backward(han, documents, d_outputs)
    assert len(han.grads) == 18


def test_backward_twice_gives_the_same_and_leaves_its_inputs_alone(
    documents, d_outputs
):
    han = whole(attnbook.numpy, np.random.default_rng(7))
    assert_backward_repeats(han, documents, d_outputs)


@pytest.mark.parametrize(("framework", "dtype", "tolerance"), OTHERS)
def test_the_whole_agrees_in_the_frameworks(
    framework, dtype, tolerance, documents, d_outputs
):
    expected = run("numpy", whole, documents, d_outputs)
    seen = run(framework, whole, documents, d_outputs, dtype)
    for one, other in zip(
        (*seen.outputs, *seen.d_inputs),
        (*expected.outputs, *expected.d_inputs),
        strict=True,
    ):
        assert one.dtype == dtype
        assert_same(one, other, tolerance)


@pytest.mark.parametrize(("framework", "dtype", "tolerance"), OTHERS)
def test_a_level_agrees_in_the_frameworks(framework, dtype, tolerance, rows, d_rows):
    assert_like_numpy(framework, level, rows, d_rows, dtype, tolerance)


def test_a_level_gives_what_keras_gives_when_it_skips_steps(rows):
    """Keras's own GRU keeps its state where the mask is False, gaps or not."""
    keras = pytest.importorskip("keras")
    xs, mask = rows
    layer = Level(E, H, A, np.random.default_rng(7))
    with keras_dtype("float64"):
        readers = [keras.layers.GRU(H, return_sequences=True) for _ in range(2)]
        readers[1].go_backwards = True
        read = keras.layers.Bidirectional(*readers[:1], backward_layer=readers[1])
        read.build(xs.shape)
        read.set_weights([*layer.gru("ahead"), *layer.gru("back")])
        states = np.array(read(xs, mask=keras.ops.convert_to_tensor(mask)))
    expected = layer.pool.forward(states, mask)
    for one, other in zip(layer.forward(xs, mask), expected, strict=True):
        assert_same(one, other, 1e-10)


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_that_is_not_bool_is_refused(framework, documents):
    listings = import_module(f"attnbook.{framework}")
    xs, mask = documents[0][:, 0], documents[1][:, 0].astype("int64")
    if framework == "torch":
        torch = pytest.importorskip("torch")
        xs, mask = torch.from_numpy(xs).float(), torch.from_numpy(mask)
    if framework == "keras":
        ops = pytest.importorskip("keras").ops
        xs, mask = ops.convert_to_tensor(xs), ops.convert_to_tensor(mask)
    layer = level(listings, np.random.default_rng(0))
    with pytest.raises(TypeError, match="mask must be bool"):
        layer.forward(xs, mask) if framework == "numpy" else layer(xs, mask)


def test_the_two_levels_share_no_weights():
    han = whole(attnbook.numpy, np.random.default_rng(0))
    assert han.words.params["W_ahead"].shape == (E, 3 * H)
    assert han.sentences.params["W_ahead"].shape == (2 * H, 3 * H)
    assert not np.array_equal(han.words.params["u_s"], han.sentences.params["u_s"])
