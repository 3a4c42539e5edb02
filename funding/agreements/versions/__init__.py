"""The agreement as dated versions: drafted, agreed by each partner, in force, superseded."""
