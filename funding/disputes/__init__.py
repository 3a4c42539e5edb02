"""What a partner disputes on its statement: raised, answered, accepted, withdrawn or settled."""
