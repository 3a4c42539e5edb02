"""Parked charges: a person decides who pays what no rule may lay on anybody."""
