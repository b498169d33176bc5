"""Networks as files: ONNX for serving, safetensors for keeping the weights."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence

import torch
from safetensors.torch import save
from torch import Tensor, nn

from nlu.batching import UNIT_FIELDS, Batch


def to_onnx(model: nn.Module, example: Batch, *, ngrams: bool, output: str) -> bytes:
    """Trace a network into an ONNX file with a free batch size and length.

    Args:
        model: takes `ngram` (if `ngrams`) and the tensors of `Batch.units`, returns one tensor.
        example: a batch of one utterance.
        ngrams: whether the network reads the n-grams.
        output: name of what it returns.
    """
    model = model.cpu().eval()
    names = [*(["ngram"] if ngrams else []), *UNIT_FIELDS]
    inputs = tuple(getattr(example, name) for name in names)
    axes = {name: {0: "B", 1: "N" if name == "ngram" else "L"} for name in names}
    if example.syllable.shape[2] > 1:
        axes["syllable"][2] = axes["jamo"][2] = "W"
    file = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter that traces without further packages announces its successor, and warns that an LSTM
        # traced with a batch of one must be run without padding, which is how it is run.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            inputs,
            file,  # type: ignore[arg-type]
            input_names=names,
            output_names=[output],
            dynamic_axes={**axes, output: {0: "B"} if ngrams else {0: "B", 1: "L"}},
            opset_version=17,
            dynamo=False,
        )
    return file.getvalue()


def weights(model: nn.Module, leave_out: Sequence[str] = ()) -> bytes:
    """The learned tensors as safetensors, those whose names start with one of `leave_out` left out."""
    state: Mapping[str, Tensor] = model.state_dict()
    kept = {name: value.cpu().contiguous() for name, value in state.items() if not name.startswith(tuple(leave_out))}
    return save(kept)
