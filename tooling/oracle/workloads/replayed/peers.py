"""A configuration of WireGuard with many peers."""
from base64 import b64encode

print('[Interface]\nListenPort = 5555')
for number in range(120):
    key = b64encode(bytes([number + 1]) * 31 + b'\0').decode()
    print(f'[Peer]\nPublicKey = {key}\nAllowedIPs = 10.{number // 200}.{number}.0/24, 2001:db8:{number:x}::/48')
