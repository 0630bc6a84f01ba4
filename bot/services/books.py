"""The data a plan is computed from, as they are now: prices, catalogue and industries on one shelf."""

from dataclasses import dataclass

from bot.domain.industries import IndustryBook
from bot.domain.prices import Catalogue, PriceBook
from bot.services.price_book import PriceBooks


@dataclass(frozen=True, slots=True)
class Books:
    """Be the shelf: the last good price book, the catalogue and the industries."""

    price_books: PriceBooks
    industries: IndustryBook

    @property
    def prices(self) -> PriceBook:
        """The last good price book."""
        return self.price_books.book

    @property
    def catalogue(self) -> Catalogue:
        """The models and tools a plan may name."""
        return self.price_books.catalogue
