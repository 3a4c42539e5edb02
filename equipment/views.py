"""Pages of this room: the catalogue, stores, items, goods in, tests due."""

import equipment.catalogue_pages
import equipment.goods_in_pages
import equipment.item_pages
import equipment.store_pages
from equipment.blueprint import bp

__all__ = ["bp", "equipment"]
