"""Old registers read, understood and checked: everything that happens before the register itself is touched."""
