# Simulated radios, by their numbers: names of links are asked for by ioctls, and names of radios stand in files, which are not recorded.
modprobe mac80211_hwsim radios=0
run "PYTHONPATH=$here python3 $here/replayed/radio.py"
listen 'iw event'
while read -r command; do run "$command"; done <<'COMMANDS'
iw dev
iw phy
iw list
iw phy#0 info
iw reg get
iw reg set US; iw reg get
ip link set wlan0 up; ip link set wlan1 up
iw phy#0 interface add mon0 type monitor; iw dev
iw dev nosuch info
iw phy#0 set channel 1
iw phy#0 set txpower fixed 1000; iw phy#1 set retry short 5
iw phy#0 wowlan show
iw features
ip -d -j link show wlan0
ip link del mon0
COMMANDS
hush
