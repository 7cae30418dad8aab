"""The translator: its data, its three frameworks, beam search, scores and faults."""

from importlib import import_module
from itertools import product

import numpy as np
import pytest
from attnbook.data.real import SentencePair
from attnbook.data.translation import (
    Vocabularies,
    batches_by_length,
    clean,
    simplify,
    source_key,
    split_by_source,
    tokenise,
)
from attnbook.numpy.beam_search import beam_search
from attnbook.translation_scores import translation_scores
from frameworks import ALL, OTHERS, keras_dtype, torch_dtype

BOS, EOS, SIZES = 2, 3, (9, 7, 4, 6)  # V of source and target, E, H


def build(framework, dtype="float64", seed=3):
    module = import_module(f"attnbook.{framework}.translator")
    with torch_dtype(dtype), keras_dtype(dtype):
        return module.Translator(*SIZES, np.random.default_rng(seed))


@pytest.fixture
def arrays(rng):
    """Four padded sources, the last with nothing real, and what is shown."""
    src_mask = np.arange(5) < np.array([[5], [3], [1], [0]])  # (B, S)
    src_ids = rng.integers(2, 9, (4, 5)) * src_mask  # (B, S)
    return src_ids, src_mask, rng.integers(1, 7, (4, 6))


def as_numpy(values):
    return [v.detach().numpy() if hasattr(v, "detach") else np.array(v) for v in values]


def run(framework, model, arrays):
    if framework == "numpy":
        return model.forward(*arrays)
    if framework == "torch":
        import torch

        return as_numpy(model(*map(torch.from_numpy, arrays)))
    return as_numpy(model(*arrays))


@pytest.mark.parametrize(("framework", "dtype", "tolerance"), OTHERS)
def test_the_frameworks_agree_on_logits_and_weights(
    framework, dtype, tolerance, arrays
):
    expected = run("numpy", build("numpy"), arrays)
    seen = run(framework, build(framework, dtype), arrays)
    for ours, theirs in zip(expected, seen, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(theirs, ours, atol=tolerance)


def test_pytorch_and_keras_agree_on_the_gradient_of_the_readout(arrays):
    import tensorflow as tf
    import torch

    ours, theirs = build("torch"), build("keras")
    (ours(*map(torch.from_numpy, arrays))[0] ** 2).sum().backward()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(theirs(*arrays)[0] ** 2)
    params = [theirs.W_o, theirs.attention.score.W, theirs.attentional.W_c]
    params += [theirs.src_embed.W, theirs.tgt_embed.W]
    grads = tape.gradient(loss, [p.value for p in params])
    expected = [ours.W_o, ours.attention.score.W, ours.attentional.W_c]
    expected += [ours.src_embed.W, ours.tgt_embed.W]
    for grad, param in zip(grads, expected, strict=True):
        dense = tf.convert_to_tensor(grad).numpy()
        np.testing.assert_allclose(dense, param.grad.numpy(), atol=1e-10)
        assert np.abs(dense).max() > 0


@pytest.mark.parametrize("framework", ALL)
def test_writing_step_by_step_gives_the_logits_of_all_steps_at_once(framework, arrays):
    model, (src_ids, src_mask, tokens) = build(framework), arrays
    whole = run(framework, model, arrays)[0]
    if framework == "torch":
        import torch

        src_ids, src_mask, tokens = map(torch.from_numpy, arrays)
    src_states, state = model.encode(src_ids, src_mask)
    for t in range(tokens.shape[1]):
        step, state, _ = model.decode(tokens[:, t : t + 1], state, src_states, src_mask)
        np.testing.assert_allclose(as_numpy([step])[0][:, 0], whole[:, t], atol=1e-12)


@pytest.mark.parametrize("framework", ALL)
def test_more_padding_changes_nothing(framework, arrays):
    src_ids, src_mask, tokens = arrays
    wider = np.pad(src_ids, ((0, 0), (0, 3))), np.pad(src_mask, ((0, 0), (0, 3)))
    model = build(framework)
    logits, weights = run(framework, model, (*wider, tokens))
    expected = run(framework, model, arrays)
    np.testing.assert_allclose(logits, expected[0], atol=1e-12)
    assert (weights[:, :, 5:] == 0).all()


def chain(rng, vocab=4):
    """A step whose probabilities hang on the last token and on how far it is."""
    table = np.log(rng.dirichlet(np.ones(vocab), size=(6, vocab)))
    depth = []

    def step(tokens, rows):
        depth.append(len(rows))
        return table[len(depth) - 1][tokens]

    return table, step


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_a_wide_beam_finds_what_brute_force_finds(rng, alpha):
    table, step = chain(rng)
    best = beam_search(step, 0, 3, width=1000, longest=4, alpha=alpha)[0]
    scores = {}
    for ids in product(range(4), repeat=4):
        end = ids.index(3) + 1 if 3 in ids else 4
        ids = ids[:end]
        shown = (0, *ids[:-1])
        log = sum(
            table[t][a, b] for t, (a, b) in enumerate(zip(shown, ids, strict=True))
        )
        scores[ids] = log / len(ids) ** alpha
    expected = max(scores, key=scores.get)
    assert best.ids == expected
    assert best.score(alpha) == pytest.approx(scores[expected])


def test_a_beam_of_one_is_greedy_and_stops_at_the_end(rng):
    table, step = chain(rng)
    (found,) = beam_search(step, 0, 3, width=1, longest=5)
    token, expected = 0, []
    while len(expected) < 5 and token != 3:
        token = int(table[len(expected)][token].argmax())
        expected.append(token)
    assert found.ids == tuple(expected)


def test_the_rows_say_which_beginning_goes_on():
    seen = []

    def step(tokens, rows):
        seen.append((tokens.tolist(), rows.tolist()))
        logs = {1: [0.1, 0.5, 0.4, 0.0], 2: [0.0, 0.0, 0.1, 0.9]}
        with np.errstate(divide="ignore"):
            return np.log([logs.get(token, [0.0, 0.4, 0.6, 0.0]) for token in tokens])

    best = beam_search(step, 0, 3, width=2, longest=3, alpha=0)
    assert seen[:2] == [([0], [0]), ([2, 1], [0, 0])]
    assert seen[2] == ([1], [1])  # the other, (2, end), has ended
    assert best[0].ids == (2, 3)


def test_no_source_is_in_two_parts_whatever_its_signs(rng):
    pairs = [SentencePair(f"word {n % 40}{'.!?'[n % 3]}", f"字{n}") for n in range(200)]
    dev, test, train = split_by_source(pairs, (5, 7), rng)
    keys = [{source_key(pair) for pair in part} for part in (dev, test, train)]
    assert [len(each) for each in keys] == [5, 7, 28]
    assert not keys[0] & keys[1] and not keys[0] & keys[2] and not keys[1] & keys[2]
    assert sorted(map(str, dev + test + train)) == sorted(map(str, pairs))
    with pytest.raises(ValueError, match="40 sources are too few"):
        split_by_source(pairs, (20, 20), rng)


def test_cleaning_simplifies_and_drops_the_repeated_the_long_and_the_empty():
    raw = [("Hi!", "我愛你！"), ("HI!", "我爱你!"), ("a " * 40, "长"), ("Empty", "")]
    pairs = [SentencePair(*each) for each in raw]
    assert clean(pairs, "zh") == [SentencePair("hi!", "我爱你!")]
    assert clean(pairs[:1], "ja") == [SentencePair("hi!", "我愛你!")]


def test_the_word_decides_which_character_is_meant():
    assert simplify("頭髮") == "头发"
    assert simplify("發現") == "发现"


def test_batches_hold_every_pair_once_and_less_padding_than_unsorted(rng):
    lengths = rng.integers(1, 12, 100)
    pairs = [
        SentencePair(" ".join(["x"] * n), "字" * n + str(i))
        for i, n in enumerate(lengths)
    ]
    vocabs = Vocabularies.of(pairs, "zh")
    batches = list(batches_by_length(pairs, vocabs, 16, rng))
    texts = [vocabs.target.decode(row) for batch in batches for row in batch.tgt_ids]
    assert sorted(texts) == sorted(pair.other for pair in pairs)
    padding = sum((~batch.src_mask).sum() for batch in batches)
    unsorted = (~vocabs.encode(pairs).src_mask).sum()
    assert padding < unsorted / 5
    sizes = [batch.src_ids.shape[1] for batch in batches]
    assert sizes != sorted(sizes)  # their order is random


def test_targets_stand_between_their_marks():
    pairs = [SentencePair("a b", "我们")]
    batch = Vocabularies.of(pairs, "zh").encode(pairs)
    assert batch.tgt_ids[0, 0] == BOS and batch.tgt_ids[0, -1] == EOS
    assert tokenise("Don't go.", "en") == ["Don't", "go", "."]
    assert tokenise("我 们", "zh") == ["我", "们"]


def test_a_reference_that_fits_scores_100_and_one_of_several_is_enough():
    written = ["我们昨天去了学校。", "他们今天在家。"]
    references = [["你好。", written[0]], [written[1]]]
    scores = translation_scores(written, references, "zh")
    assert scores["bleu"] == pytest.approx(100)
    worse = translation_scores([written[0], "我"], references, "zh")
    assert worse["bleu"] < 60 and worse["chrf"] < scores["chrf"]
    with pytest.raises(ValueError, match="1 translations"):
        translation_scores(["a"], references, "zh")


@pytest.fixture
def one_thread():
    """So small a model is fastest in one thread, above all on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def toy():
    """Some pairs of a tiny language, and their vocabularies."""
    words = {"one": "一", "two": "二", "three": "三"}
    pairs = [
        SentencePair(" ".join(row), "".join(words[word] for word in row))
        for size in (1, 2, 3)
        for row in product(words, repeat=size)
    ]
    return pairs, Vocabularies.of(pairs, "zh")


def test_training_learns_a_toy_and_search_writes_it(toy, one_thread):
    from attnbook.torch.translator import Translator
    from attnbook.torch.translator_training import (
        TranslatorSettings,
        look,
        train_translator,
        translate,
    )

    pairs, vocabs = toy
    rng = np.random.default_rng(0)
    model = Translator(len(vocabs.source), len(vocabs.target), 8, 16, rng)
    settings = TranslatorSettings(epochs=30, batch=8, step=0.02)
    history = train_translator(model, pairs, pairs, vocabs, settings, rng)
    assert history[-1][1] < history[0][1] / 4
    sources = [pair.en for pair in pairs]
    for width in (1, 3):
        written = translate(model, sources, vocabs, width=width)
        right = np.mean([w == p.other for w, p in zip(written, pairs, strict=True)])
        assert right > 0.8
    weights = look(model, "one two", "一二", vocabs)
    assert weights.shape == (3, 2)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)


def test_each_fault_shows_its_own_symptom(toy, one_thread):
    from attnbook.torch.faulty_translator import (
        FAULTS,
        FaultyTranslator,
        faulty_loss,
        symptoms,
    )
    from attnbook.torch.translator_training import batch_loss

    pairs, vocabs = toy
    sizes = len(vocabs.source), len(vocabs.target), 8, 16
    seen, lost, batch = {}, {}, vocabs.encode(pairs)
    for fault in FAULTS:
        model = FaultyTranslator(fault, *sizes, rng=np.random.default_rng(0))
        seen[fault] = symptoms(model, pairs, vocabs)
        lost[fault] = faulty_loss(model, batch).item()
        if fault == "none":
            assert lost[fault] == pytest.approx(batch_loss(model, batch).item())
    assert seen["none"]["row sum"] == pytest.approx(1, abs=1e-6)
    assert seen["none"]["share"] == 0 and seen["none"]["change"] > 1e-4
    assert seen["axis of length one"]["row sum"] > 2
    assert seen["axis of length one"]["change"] == 0
    assert seen["frozen query"]["change"] == pytest.approx(0, abs=1e-6)
    assert seen["frozen query"]["row sum"] == pytest.approx(1, abs=1e-6)
    assert seen["no mask"]["share"] > 0.05
    assert seen["state plus cell"]["change"] != seen["none"]["change"]
    assert len({round(value, 9) for value in lost.values()}) == len(FAULTS)
    with pytest.raises(ValueError, match="fault must be one of"):
        FaultyTranslator("typo", *sizes, rng=np.random.default_rng(0))
