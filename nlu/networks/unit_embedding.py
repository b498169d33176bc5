"""The input layer both networks share: every feature of a unit as one vector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.features.encoder import FeatureVocabularies
from nlu.features.unit_features import ROWS, UNIT_FEATURES
from nlu.networks.batching import WORD
from nlu.networks.dropout import Dropout
from nlu.networks.settings import UnitWidths


@dataclass(frozen=True)
class UnitSizes:
    """How many ids each table has.

    Attributes:
        tables: by the name of the table; the one of word vectors brings its own size.
        entities: how many entity types the dictionary knows.
    """

    tables: Mapping[str, int]
    entities: int

    @classmethod
    def of(cls, vocabularies: FeatureVocabularies) -> UnitSizes:
        """The sizes that an encoder's vocabularies ask for."""
        tables = {one.table: one.ids or len(getattr(vocabularies, one.table)) for one in UNIT_FEATURES}
        return cls(tables, len(vocabularies.entities))


class _WordTable(nn.Embedding):
    """Word vectors that stay as they are; an id V or more above a word's own stands for its last numbers alone.

    Args:
        vectors: `(V, D)` float.
        pretrained: how many those are.
    """

    def __init__(self, vectors: Tensor, pretrained: int) -> None:
        rows, width = vectors.shape
        super().__init__(rows, width, padding_idx=0, _weight=vectors, _freeze=True)
        self._pretrained = pretrained

    def forward(self, ids: Tensor) -> Tensor:
        """Look up `(…)` ids: `(…, D)`."""
        if not (self.training and self._pretrained):
            return super().forward(ids)
        found = functional.embedding(ids % self.num_embeddings, self.weight)
        own = self.embedding_dim - self._pretrained
        whole = (ids < self.num_embeddings).unsqueeze(-1)
        return torch.cat([found[..., :own] * whole, found[..., own:]], -1)


class UnitEmbedding(nn.Module):
    """Concatenate the vectors of a unit's features.

    Args:
        sizes: how many ids each table has.
        widths: how wide each feature's vector is.
        word_vectors: `(V, D)` float; the rows of Word2Vec, padding and unknown included. They stay as they are; their
            projection learns.
        dropout: the part of the values set to 0 in training.
        pretrained: how many numbers of the word vectors, the last ones, know words that training never saw.
    """

    def __init__(
        self, sizes: UnitSizes, widths: UnitWidths, word_vectors: Tensor, dropout: float = 0.3, pretrained: int = 0
    ) -> None:
        super().__init__()
        self.widths = widths = widths if sizes.entities else replace(widths, dictionary=0)
        self.features = tuple(one for one in UNIT_FEATURES if getattr(widths, one.width))
        self.tables = nn.ModuleDict()
        for feature in self.features:
            width = getattr(widths, feature.width)
            if feature.table == WORD:
                given = _WordTable(word_vectors, pretrained)
                self.tables[WORD] = nn.Sequential(given, nn.Linear(word_vectors.shape[1], width))
            elif feature.table not in self.tables:
                self.tables[feature.table] = nn.Embedding(sizes.tables[feature.table], width, padding_idx=0)
        self.dictionary = nn.Linear(2 * sizes.entities, widths.dictionary) if widths.dictionary else None
        self.dropout = Dropout(dropout)
        for table in self.tables.values():
            if isinstance(table, nn.Embedding):
                nn.init.normal_(table.weight, std=0.1)
                with torch.no_grad():
                    table.weight[0] = 0

    def forward(self, ids: Tensor, flags: Tensor) -> Tensor:
        """Embed.

        Args:
            ids: `(10, B, L)` see `Features`.
            flags: `(B, L, 2 E + 1)` float; see `Features`.

        Returns:
            `(B, L, D)` float; 0 where there is no unit.
        """
        parts = [self.tables[one.table](ids[ROWS[one.name]]) for one in self.features]
        if self.dictionary is not None:
            parts.append(self.dictionary(flags[..., :-1].contiguous()))
        return self.dropout(torch.cat(parts, -1)) * flags[..., -1:]  # type: ignore[no-any-return]

    def vectors(self, table: str) -> Tensor:
        """What the ids of a table stand for, `(V, D)`."""
        module = self.tables[table]
        if isinstance(module, nn.Sequential):
            given, projection = module
            return projection(given.weight)  # type: ignore[no-any-return]
        return module.get_parameter("weight")
