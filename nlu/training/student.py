"""A tagger that learns from what other taggers say, beside what people labelled.

Source: Hinton, Vinyals and Dean (2015), Distilling the Knowledge in a Neural Network.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nlu.features.batches import PaddedFeatures
from nlu.networks.batching import Batch
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.settings import TaggerSettings
from nlu.training.tagger import EntityTagger
from nlu.understanding.sessions import EntityNetwork

_TEMPERATURE = 2.0
"""Above 1, so that tags that are unlikely in different degrees teach something, too."""


class StudentTagger(EntityTagger):
    """One BiLSTM-CRF that learns to score tags as several others do together.

    Args:
        settings: shape and learning; there is one network, whatever they say.
        teacher: the networks as they are served; they know the same tags and read the same features.
        share: how much what the teacher says counts, against the labels, 0..1.
    """

    def __init__(self, settings: TaggerSettings, teacher: EntityNetwork, share: float = 0.5) -> None:
        super().__init__(settings)
        self._teacher = teacher
        self._share = share

    def _losses(self, network: BiLstmCrf, batch: Batch, target: Tensor) -> Tensor:
        wanted = self._said_by_teacher(batch)  # (B, L, T); the teacher sees all that the student must guess
        batch = self._regularised(batch, target)
        emissions = network(batch.ids, batch.flags)
        labelled = -network.crf.log_likelihoods(emissions, target, batch.mask)  # (B,)
        unlike = -(wanted * functional.log_softmax(emissions / _TEMPERATURE, -1)).sum(-1)  # (B, L)
        taught = (unlike * batch.mask).sum(1) * _TEMPERATURE**2
        return (1 - self._share) * labelled + self._share * taught

    def _said_by_teacher(self, batch: Batch) -> Tensor:
        """How likely the teacher finds each tag at each unit."""
        ids, flags, ngram = (one.cpu().numpy() for one in (batch.ids, batch.flags, batch.ngram))
        lengths = batch.mask.sum(1).cpu().numpy().astype(np.int32)
        emissions = torch.from_numpy(self._teacher.emissions(PaddedFeatures(ids, flags, ngram, lengths)))
        return (emissions.to(batch.flags.device) / _TEMPERATURE).softmax(-1)

    def _count(self, utterances: int) -> int:
        return 1
