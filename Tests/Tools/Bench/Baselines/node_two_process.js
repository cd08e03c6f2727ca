#!/usr/bin/env node
'use strict';
// The same relay as two processes, joined by one Unix socket that carries all sessions:
//   node_two_process.js relay --socket S --upstream ws://127.0.0.1:UP/v1/realtime?model=bench
//   node_two_process.js gateway --socket S --port P
// A frame is a 4-byte big-endian length and {"s":session,"m":message}, or {"s":session,"open":true}, or
// {"s":session,"close":code}.

const fs = require('fs');
const net = require('net');
const { parseArgs } = require('util');
const { UpstreamSession, serveClients, HIGH_WATER } = require('./node_relay.js');

const MAX_FRAME = 16 << 20;
const CONNECT_RETRY_MS = 50;

class Link {
  constructor(socket, onFrame) {
    this.socket = socket;
    this.onFrame = onFrame;
    this.rest = Buffer.alloc(0);
    this.waiting = new Set();
    socket.on('data', (chunk) => this.read(chunk));
    socket.on('drain', () => {
      for (const source of this.waiting) source.resume();
      this.waiting.clear();
    });
  }

  read(chunk) {
    let bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    while (bytes.length >= 4) {
      const end = 4 + bytes.readUInt32BE(0);
      if (end > MAX_FRAME) {
        this.socket.destroy(new Error('frame too large'));
        return;
      }
      if (bytes.length < end) break;
      this.onFrame(JSON.parse(bytes.toString('utf8', 4, end)));
      bytes = bytes.subarray(end);
    }
    this.rest = bytes;
  }

  /** `from` is what waits while the other process does not read. */
  send(frame, from) {
    const body = JSON.stringify(frame);
    const length = Buffer.byteLength(body);
    const bytes = Buffer.allocUnsafe(4 + length);
    bytes.writeUInt32BE(length, 0);
    bytes.write(body, 4);
    this.socket.write(bytes);
    if (from && this.socket.writableLength > HIGH_WATER) {
      from.pause();
      this.waiting.add(from);
    }
  }
}

function runRelay(path, upstream) {
  fs.rmSync(path, { force: true });
  const server = net.createServer((socket) => {
    const sessions = new Map();
    const link = new Link(socket, ({ s, m, open }) => {
      if (open) {
        const close = (code) => {
          if (sessions.delete(s)) link.send({ s, close: code });
        };
        const session = new UpstreamSession(upstream, {
          send: (message, from) => link.send({ s, m: message }, from),
          close,
          // One session must not hold back a connection that carries all of them, so it is ended.
          pause: () => {
            close(1013);
            session.close();
          },
          resume: () => {},
        });
        sessions.set(s, session);
      } else if (m) {
        sessions.get(s)?.receive(m);
      } else {
        const session = sessions.get(s);
        sessions.delete(s);
        session?.close();
      }
    });
    socket.on('close', () => {
      for (const session of sessions.values()) session.close();
      sessions.clear();
    });
    socket.on('error', (error) => console.error(`gateway: ${error.message}`));
  });
  server.listen(path, () => console.log(`listening on ${path}`));
}

function runGateway(path, port) {
  const clients = new Map();
  let lastSession = 0;

  function onFrame({ s, m, close }) {
    const client = clients.get(s);
    if (!client) return;
    if (m) {
      client.send(JSON.stringify(m));
    } else {
      clients.delete(s);
      client.close(close);
    }
    // The link cannot wait for one client, see the relay.
    if (client.bufferedAmount > 8 * HIGH_WATER) client.terminate();
  }

  const socket = net.connect(path);
  socket.once('error', () => setTimeout(runGateway, CONNECT_RETRY_MS, path, port));
  socket.once('connect', () => {
    const link = new Link(socket, onFrame);
    socket.on('close', () => {
      console.error('the relay is gone');
      process.exit(1);
    });
    serveClients(port, (client) => {
      const s = ++lastSession;
      clients.set(s, client);
      link.send({ s, open: true });
      return {
        receive: (message) => link.send({ s, m: message }, client),
        close: () => {
          if (clients.delete(s)) link.send({ s, close: 1000 });
        },
      };
    });
  });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, socket: { type: 'string' }, upstream: { type: 'string' } },
});
if (positionals[0] === 'relay' && values.socket && values.upstream) {
  runRelay(values.socket, values.upstream);
} else if (positionals[0] === 'gateway' && values.socket && values.port) {
  runGateway(values.socket, Number(values.port));
} else {
  console.error('usage: node_two_process.js relay --socket S --upstream ws://… | gateway --socket S --port P');
  process.exit(64);
}
