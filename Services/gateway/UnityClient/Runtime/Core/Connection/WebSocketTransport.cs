using System;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace BatVRTrainer
{
    /// <summary>A connection by .NET's `ClientWebSocket`: everywhere but in a browser (WebGL).</summary>
    /// <remarks>One thread sends, one message at a time and in the order of the queue; another receives. Neither is the
    /// main thread, so that a rendering hitch delays no audio.</remarks>
    public sealed class WebSocketTransport : ITransport
    {
        const int LargestMessage = 4 << 20;
        const int LastWordsMs = 1000;

        readonly ClientWebSocket socket = new ClientWebSocket();
        readonly CancellationTokenSource ending = new CancellationTokenSource();
        readonly SendQueue queue = new SendQueue();
        readonly SemaphoreSlim waiting = new SemaphoreSlim(0);
        ITransportListener listener;
        volatile bool isClosing;
        int hasEnded;

        public int QueuedBytes { get { return queue.Bytes; } }

        public void Open(string url, string token, ITransportListener listener)
        {
            this.listener = listener;
            // Away from Unity's main thread, whose context would otherwise get every continuation.
            Task.Run(() => Run(url, token));
        }

        public bool SendText(byte[] utf8, int count) { return Queue(true, utf8, count); }

        public bool SendBinary(byte[] bytes, int count) { return Queue(false, bytes, count); }

        bool Queue(bool isText, byte[] bytes, int count)
        {
            if (isClosing || !queue.Add(isText, bytes, count)) return false;
            Wake();
            return true;
        }

        public void Close()
        {
            listener = null;
            isClosing = true;
            Wake();
            // A server that does not answer any more must not keep the threads.
            Task.Delay(LastWordsMs).ContinueWith(_ => Abort());
        }

        public void Abort()
        {
            listener = null;
            isClosing = true;
            try { ending.Cancel(); } catch (ObjectDisposedException) { }
            try { socket.Abort(); } catch (ObjectDisposedException) { }
            Wake();
        }

        void Wake()
        {
            try { waiting.Release(); } catch (SemaphoreFullException) { }
        }

        async Task Run(string url, string token)
        {
            int code = 1006;
            try
            {
                socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
                // The server pings; a client's own pings would say nothing more.
                socket.Options.KeepAliveInterval = TimeSpan.Zero;
                await socket.ConnectAsync(new Uri(url), ending.Token).ConfigureAwait(false);
                var sender = new Thread(Send) { IsBackground = true, Name = "bat send" };
                sender.Start();
                code = await Receive().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // A broken or refused connection, whatever the library throws for it. The session tries again.
            }
            finally
            {
                isClosing = true;
                if (Interlocked.Exchange(ref hasEnded, 1) == 0) listener?.OnClosed(code);
                Wake();
            }
        }

        void Send()
        {
            var message = new byte[4096];
            try
            {
                while (!ending.IsCancellationRequested)
                {
                    int length;
                    bool isText;
                    while (queue.Take(ref message, out length, out isText))
                    {
                        var type = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                        var part = new ArraySegment<byte>(message, 0, length);
                        socket.SendAsync(part, type, true, ending.Token).GetAwaiter().GetResult();
                    }
                    if (isClosing) break;
                    waiting.Wait(ending.Token);
                }
                if (socket.State == WebSocketState.Open || socket.State == WebSocketState.CloseReceived)
                {
                    socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", ending.Token)
                        .GetAwaiter().GetResult();
                }
            }
            catch (Exception)
            {
                // The receiver sees the same loss and tells of it.
                try { socket.Abort(); } catch (ObjectDisposedException) { }
            }
        }

        /// <summary>Hands over what comes until the server closes, and gives the close code.</summary>
        async Task<int> Receive()
        {
            var message = new byte[64 * 1024];
            int filled = 0;
            while (true)
            {
                if (filled == message.Length)
                {
                    if (message.Length >= LargestMessage) return 1009;
                    Array.Resize(ref message, message.Length * 2);
                }
                var room = new ArraySegment<byte>(message, filled, message.Length - filled);
                var part = await socket.ReceiveAsync(room, ending.Token).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return socket.CloseStatus.HasValue ? (int)socket.CloseStatus.Value : 1005;
                }
                filled += part.Count;
                if (!part.EndOfMessage) continue;
                var to = listener;
                if (to != null && part.MessageType == WebSocketMessageType.Text) to.OnText(message, filled);
                else if (to != null) to.OnBinary(message, filled);
                filled = 0;
            }
        }
    }
}
