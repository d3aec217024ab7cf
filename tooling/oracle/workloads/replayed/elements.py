"""A set of nftables with many elements."""
addresses = ', '.join(f'10.{number >> 16}.{number >> 8 & 255}.{number & 255}' for number in range(3000))
print(f'add table ip big\nadd set ip big s {{ type ipv4_addr; }}\nadd element ip big s {{ {addresses} }}')
