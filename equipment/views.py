"""Pages of this room: the catalogue, stores, items, goods in, tests due."""

import equipment.catalogue.views
import equipment.goods_in.views
import equipment.items.views
import equipment.stores.views
from equipment.blueprint import bp

__all__ = ["bp", "equipment"]
