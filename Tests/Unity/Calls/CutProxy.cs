using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace BatVRTrainer.Calls
{
    /// <summary>A line between client and gateway that can be cut.</summary>
    sealed class CutProxy : IDisposable
    {
        readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
        readonly List<TcpClient> open = new List<TcpClient>();
        readonly string host;
        readonly int port;
        volatile bool isDown;

        public CutProxy(Uri server)
        {
            host = server.Host;
            port = server.Port;
            listener.Start();
            new Thread(Accept) { IsBackground = true }.Start();
        }

        public int Port { get { return ((IPEndPoint)listener.LocalEndpoint).Port; } }

        /// <summary>Breaks all connections in the middle of whatever they carry, and refuses new ones
        /// meanwhile.</summary>
        public void Cut(int milliseconds)
        {
            isDown = true;
            lock (open)
            {
                foreach (var client in open)
                {
                    // A reset, not an orderly end.
                    try
                    {
                        client.LingerState = new LingerOption(true, 0);
                    }
                    catch (Exception problem) when (problem is SocketException || problem is ObjectDisposedException)
                    {
                        // The other end was faster.
                    }
                    client.Close();
                }
                open.Clear();
            }
            Thread.Sleep(milliseconds);
            isDown = false;
        }

        public void Dispose()
        {
            listener.Stop();
            Cut(0);
        }

        void Accept()
        {
            try
            {
                while (true) Join(listener.AcceptTcpClient());
            }
            catch (SocketException) { }
            catch (ObjectDisposedException) { }
        }

        void Join(TcpClient client)
        {
            if (isDown)
            {
                client.Close();
                return;
            }
            try
            {
                var server = new TcpClient(host, port) { NoDelay = true };
                client.NoDelay = true;
                lock (open)
                {
                    open.Add(client);
                    open.Add(server);
                }
                Copy(client, server, client.GetStream(), server.GetStream());
                Copy(server, client, server.GetStream(), client.GetStream());
            }
            catch (Exception problem) when (
                problem is SocketException || problem is ObjectDisposedException || problem is InvalidOperationException)
            {
                client.Close();
            }
        }

        static void Copy(TcpClient from, TcpClient to, NetworkStream source, NetworkStream sink)
        {
            var thread = new Thread(() =>
            {
                var bytes = new byte[65536];
                try
                {
                    int count;
                    while ((count = source.Read(bytes, 0, bytes.Length)) > 0) sink.Write(bytes, 0, count);
                }
                catch (Exception)
                {
                    // Either end is gone; so is the other then.
                }
                from.Close();
                to.Close();
            });
            thread.IsBackground = true;
            thread.Start();
        }
    }
}
