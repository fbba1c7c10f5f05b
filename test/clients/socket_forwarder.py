"""Lends a Unix socket a TCP port: socket_forwarder.py PATH

For clients that cannot speak Unix sockets. Listens on 127.0.0.1 only, prints
the port, and forwards each connection to the socket at PATH. Promise: it ends
when its standard input does, so it never outlives whoever started it.
"""

import os
import socket
import sys
import threading


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # One side has gone: let the other know, and the pair is done.
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def serve(listener, path):
    while True:
        client, _ = listener.accept()
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(path)
        except OSError as error:
            print(f"{path}: {error}", file=sys.stderr)
            client.close()
            continue
        for ends in ((client, server), (server, client)):
            threading.Thread(target=pump, args=ends, daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
threading.Thread(target=serve, args=(listener, sys.argv[1]), daemon=True).start()
while os.read(sys.stdin.fileno(), 4096):
    pass
