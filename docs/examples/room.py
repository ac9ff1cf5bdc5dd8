#!/usr/bin/env python3
"""A client of Real Talk's background process (rt daemon): opens a room, answers whoever says "ping", and ends when told "bye".

Usage: room.py SOCKET PASSWORD-FILE. SOCKET is rt.sock in the home (rt help files). One JSON message a line, as rt help rpc says.
"""
import json
import socket
import sys

path, password_file = sys.argv[1:]
with open(password_file, encoding="utf-8") as file:
    password = file.readline().rstrip("\n")
connection = socket.socket(socket.AF_UNIX)
connection.connect(path)
stream = connection.makefile("rw", encoding="utf-8", newline="\n")


def call(number, method, **params):
    stream.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n")
    stream.flush()


call(1, "host", password=password, bind="127.0.0.1")
for line in stream:
    message = json.loads(line)
    params = message.get("params", {})
    if "error" in message:
        sys.exit(message["error"]["message"])
    if message.get("method") == "listening":
        print("listening", params["port"], flush=True)
    if message.get("method") == "message" and not params["own"]:
        call(2, "send", room=params["room"], text="pong" if params["text"] == "ping" else "I only know ping and bye.")
        if params["text"] == "bye":
            call(3, "quit")
