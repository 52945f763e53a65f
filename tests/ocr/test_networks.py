"""The networks of RapidOCR's wheel: what is cut off in memory changes nothing of what is left."""

from __future__ import annotations

import numpy as np
import pytest

from extractor.ocr.engines import networks

MODEL = (networks.folder() / networks.LINES).read_bytes()


def test_the_columns_that_are_kept_say_what_they_said_before() -> None:
    known = networks.characters(MODEL)
    kept = [column for column, character in enumerate(known) if networks.is_latin(character)]
    cut = networks.with_columns(MODEL, kept)
    assert len(cut) < len(MODEL) - 4 * 120 * (len(known) - len(kept)) + 1000
    line = np.random.default_rng(1).uniform(-1, 1, (2, 3, 48, 160)).astype(np.float32)
    runtime = networks.OnnxRuntime()
    whole, some = (runtime.load(model, threads=1, at_once=1)(line) for model in (MODEL, cut))
    assert whole.shape == (2, 20, len(known))
    share = whole[..., kept]
    np.testing.assert_allclose(some, share / share.sum(axis=2, keepdims=True), atol=1e-3)


def test_letters_of_all_languages_in_latin_print_are_kept() -> None:
    kept = set(filter(networks.is_latin, networks.characters(MODEL)))
    assert set("0123456789 €£$%&@#/.,:;-+*()'\"äöüßÄÖÜéèêëàâçîïôùûñáíóúãõåøæąćęłńśźżčďěňřšťůžőűșțğış°²½") <= kept
    assert not kept & set("税中あ：（")


def test_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match="does not end in the layer"):
        networks.with_columns((networks.folder() / networks.SEARCH).read_bytes(), [0, 1])
