//! netlink-packet-route: an object of each message that it knows. The capture and the clock are those of ../capture.h.
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RtnlMessage;
use std::hint::black_box;

const NETLINK_ROUTE: u16 = 0;
const NLMSG_MIN_TYPE: u16 = 16;
const ROUNDS: usize = 9;

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

const CLOCK_PROCESS_CPUTIME_ID: i32 = 2;

fn now() -> f64 {
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    // The structure is the C library's on 64-bit machines, and ours alone.
    unsafe { clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.seconds as f64 * 1e9 + time.nanoseconds as f64
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// The messages of rtnetlink in a classic pcap.
fn messages(bytes: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut at = 24;
    while at + 32 <= bytes.len() {
        let length = u32_at(bytes, at + 8);
        let data = &bytes[at + 16..(at + 16 + length).min(bytes.len())];
        let protocol = u16::from_be_bytes([data[14], data[15]]);
        let mut offset = 16;
        while offset + 16 <= data.len() {
            let size = u32_at(data, offset);
            if size < 16 || offset + size > data.len() {
                break;
            }
            let kind = u16::from_le_bytes([data[offset + 4], data[offset + 5]]);
            if protocol == NETLINK_ROUTE && kind >= NLMSG_MIN_TYPE {
                found.push(&data[offset..offset + size]);
            }
            offset += (size + 3) & !3;
        }
        at += 16 + length;
    }
    found
}

/// Makes an object of each; gives how many it could make.
fn parse(messages: &[&[u8]]) -> usize {
    messages
        .iter()
        .filter(|message| match NetlinkMessage::<RtnlMessage>::deserialize(message) {
            Ok(object) => matches!(black_box(object).payload, NetlinkPayload::InnerMessage(_)),
            Err(_) => false,
        })
        .count()
}

fn main() {
    let path = std::env::args().last().unwrap();
    let bytes = std::fs::read(path).unwrap();
    let messages = messages(&bytes);
    let parsed = parse(&messages);
    parse(&messages);
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = now();
            parse(&messages);
            (now() - start) / messages.len() as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{{\"min\":{:.2},\"median\":{:.2},\"messages\":{},\"sum\":{}}}", times[0], times[ROUNDS / 2], messages.len(), parsed);
}
