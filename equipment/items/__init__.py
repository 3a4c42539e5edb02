"""Items: their passports, lists, tests due, and what is done to one."""
