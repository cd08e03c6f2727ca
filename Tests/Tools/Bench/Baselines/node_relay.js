#!/usr/bin/env node
'use strict';
// A relay in one process: node_relay.js --port P --upstream ws://127.0.0.1:UP/v1/realtime?model=bench
// Every message is parsed and written anew, as is usual on this stack. TCP_NODELAY is what `ws` sets on its sockets.

const { parseArgs } = require('util');
const { WebSocket, WebSocketServer } = require('ws');

const PENDING_LIMIT = 256;
const HIGH_WATER = 1 << 20;
const MAX_MESSAGE = 1 << 20;

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** Sends, and lets the source wait while the destination does not read: memory stays bounded. */
function sendPaced(to, text, from) {
  if (to.bufferedAmount < HIGH_WATER) {
    to.send(text);
  } else {
    from.pause();
    to.send(text, () => from.resume());
  }
}

/**
 * The upstream half of a session. The client is anything with `send(message, from)`, `close(code)`, `pause()` and
 * `resume()`: a WebSocket in this process, or one behind the link in node_two_process.js.
 */
class UpstreamSession {
  constructor(url, client) {
    this.client = client;
    this.pending = [];
    this.isReady = false;
    this.socket = new WebSocket(url, {
      headers: { Authorization: 'Bearer bench' },
      perMessageDeflate: false,
    });
    this.socket.on('message', (data) => this.handleEvent(parse(data)));
    this.socket.on('close', (code) => client.close(code === 1006 ? 1011 : 1000));
    // 'close' follows, and does the work.
    this.socket.on('error', (error) => console.error(`upstream: ${error.message}`));
  }

  handleEvent(event) {
    switch (event?.type) {
      case 'response.output_audio.delta':
        this.client.send({ type: 'audio', data: event.delta }, this.socket);
        break;
      case 'session.created':
        this.socket.send(JSON.stringify({ type: 'session.update', session: {} }));
        break;
      case 'session.updated':
        if (this.isReady) break;
        this.isReady = true;
        this.client.send({ type: 'ready' }, this.socket);
        for (const message of this.pending) this.forward(message);
        this.pending = [];
        break;
    }
  }

  receive(message) {
    if (this.isReady) {
      this.forward(message);
    } else if (this.pending.length < PENDING_LIMIT) {
      this.pending.push(message);
    } else {
      this.client.close(1013);
      this.close();
    }
  }

  forward(message) {
    if (message.type !== 'audio') return;
    sendPaced(this.socket, JSON.stringify({ type: 'input_audio_buffer.append', audio: message.data }), this.client);
  }

  close() {
    this.socket.close(1000);
  }
}

/** Listens for clients; `accept(socket)` returns what to do with a message and with the end of the connection. */
function serveClients(port, accept) {
  const options = { host: '127.0.0.1', port, perMessageDeflate: false, maxPayload: MAX_MESSAGE };
  const server = new WebSocketServer(options, () => console.log(`listening on 127.0.0.1:${port}`));
  server.on('connection', (socket) => {
    const session = accept(socket);
    socket.on('message', (data) => {
      const message = parse(data);
      if (message === null || typeof message !== 'object') {
        socket.close(1007);
      } else {
        session.receive(message);
      }
    });
    socket.on('close', () => session.close());
    socket.on('error', (error) => console.error(`client: ${error.message}`));
  });
}

function main() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, upstream: { type: 'string' } } });
  if (!values.port || !values.upstream) {
    console.error('usage: node_relay.js --port P --upstream ws://…');
    process.exit(64);
  }
  serveClients(Number(values.port), (socket) => new UpstreamSession(values.upstream, {
    send: (message, from) => sendPaced(socket, JSON.stringify(message), from),
    close: (code) => socket.close(code),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }));
}

if (require.main === module) main();

module.exports = { UpstreamSession, serveClients, HIGH_WATER };
