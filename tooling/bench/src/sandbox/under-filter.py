"""Runs a command under a seccomp filter that allows everything: what any filter costs. Arguments: the command."""
import ctypes, os, platform, struct, sys

libc = ctypes.CDLL(None, use_errno=True)
SECCOMP = {'x86_64': 317, 'aarch64': 277}[platform.machine()]
PR_SET_NO_NEW_PRIVS, SET_MODE_FILTER, SPEC_ALLOW = 38, 1, 4
program = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x7fff0000), 8)  # BPF_RET, SECCOMP_RET_ALLOW
prog = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', 1, ctypes.addressof(program)), 16)
libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
if libc.syscall(SECCOMP, SET_MODE_FILTER, SPEC_ALLOW, prog) != 0:
    sys.exit('seccomp: %s' % os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[1], sys.argv[1:])
