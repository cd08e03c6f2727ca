using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace BatVRTrainer
{
    /// <summary>A session's events that the server has not acknowledged, oldest first. Safe between threads.</summary>
    /// <remarks>Kept in a file too, which outlives the app: each line is an event or the id of one that is settled. Ids
    /// are
    /// random, so that those of a restarted app meet no older ones.</remarks>
    public sealed class EventBuffer : IDisposable
    {
        public const int MostEvents = 1000;
        public const int MostBytes = 4 << 20;
        const int LongestFile = 16 << 20;
        const string Prefix = "events-";
        const string Suffix = ".jsonl";

        readonly object gate = new object();
        readonly LinkedList<WaitingEvent> order = new LinkedList<WaitingEvent>();
        readonly Dictionary<string, LinkedListNode<WaitingEvent>> byId =
            new Dictionary<string, LinkedListNode<WaitingEvent>>();
        readonly JsonWriter line = new JsonWriter();
        readonly string path;
        FileStream file;
        int bytes;

        /// <summary>Of this session, with what an earlier run of the app left behind.</summary>
        /// <param name="folder">`Application.persistentDataPath` in Unity. Null: in memory only.</param>
        public EventBuffer(string folder, string sessionId)
        {
            SessionId = sessionId ?? "";
            if (folder == null || !IsName(SessionId)) return;
            path = Path.Combine(folder, Prefix + SessionId + Suffix);
            Restore();
        }

        public string SessionId { get; }

        public int Count { get { lock (gate) return order.Count; } }

        /// <summary>What went wrong with the file, for the log; null when nothing has. The events stay in
        /// memory.</summary>
        public string FileProblem { get; private set; }

        /// <summary>Sessions that earlier runs of the app left events of, for an upload.</summary>
        public static List<string> LeftBehind(string folder)
        {
            var sessions = new List<string>();
            if (!Directory.Exists(folder)) return sessions;
            foreach (var found in Directory.GetFiles(folder, Prefix + "*" + Suffix))
            {
                var name = Path.GetFileName(found);
                sessions.Add(name.Substring(Prefix.Length, name.Length - Prefix.Length - Suffix.Length));
            }
            return sessions;
        }

        /// <summary>False when there is no room, or such an event waits already.</summary>
        public bool Add(WaitingEvent waiting)
        {
            lock (gate)
            {
                if (!Keep(waiting)) return false;
                line.Clear();
                waiting.Write(line);
                WriteLine();
                return true;
            }
        }

        /// <summary>An event that is stored, or never will be. False when none such waits.</summary>
        public bool Settle(string eventId)
        {
            lock (gate)
            {
                if (!Drop(eventId)) return false;
                if (order.Count == 0)
                {
                    Empty();
                    return true;
                }
                line.Clear().Begin().Pair("settled", eventId).End();
                WriteLine();
                return true;
            }
        }

        /// <summary>At most this many of the oldest.</summary>
        public List<WaitingEvent> Oldest(int most = MostEvents)
        {
            lock (gate)
            {
                var events = new List<WaitingEvent>(Math.Min(most, order.Count));
                foreach (var waiting in order)
                {
                    if (events.Count == most) break;
                    events.Add(waiting);
                }
                return events;
            }
        }

        public void Dispose()
        {
            lock (gate)
            {
                if (file != null) file.Dispose();
                file = null;
            }
        }

        /// <summary>Session ids become part of a file name.</summary>
        static bool IsName(string id)
        {
            if (id.Length == 0 || id.Length > 64) return false;
            foreach (char character in id)
            {
                if (!(character < 128 && char.IsLetterOrDigit(character)) && character != '-' && character != '_') return false;
            }
            return true;
        }

        static int Size(WaitingEvent waiting) { return 100 + 4 * waiting.Data.Length; }

        bool Keep(WaitingEvent waiting)
        {
            if (order.Count >= MostEvents || bytes + Size(waiting) > MostBytes) return false;
            if (byId.ContainsKey(waiting.EventId)) return false;
            byId[waiting.EventId] = order.AddLast(waiting);
            bytes += Size(waiting);
            return true;
        }

        bool Drop(string eventId)
        {
            LinkedListNode<WaitingEvent> node;
            if (!byId.TryGetValue(eventId, out node)) return false;
            byId.Remove(eventId);
            bytes -= Size(node.Value);
            order.Remove(node);
            return true;
        }

        void Restore()
        {
            WithFile(() =>
            {
                if (!File.Exists(path) || new FileInfo(path).Length > LongestFile) return;
                foreach (var written in File.ReadAllLines(path, Encoding.UTF8))
                {
                    JsonValue json;
                    WaitingEvent waiting;
                    // The last line is half written when the app was killed.
                    if (!JsonReader.TryRead(written, out json)) continue;
                    if (json["settled"].IsPresent) Drop(json.TextOf("settled"));
                    else if (WaitingEvent.TryRead(json, out waiting)) Keep(waiting);
                }
                if (order.Count == 0) File.Delete(path);
            });
        }

        void WriteLine()
        {
            if (path == null) return;
            WithFile(() =>
            {
                if (file == null)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path));
                    file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
                    file.Seek(0, SeekOrigin.End);
                    // Behind half a line, a new one begins.
                    if (file.Length > 0) file.WriteByte((byte)'\n');
                }
                file.Write(line.Bytes, 0, line.Count);
                file.WriteByte((byte)'\n');
                file.Flush();
            });
        }

        void Empty()
        {
            if (path == null) return;
            WithFile(() =>
            {
                if (file != null) file.Dispose();
                file = null;
                File.Delete(path);
            });
        }

        void WithFile(Action action)
        {
            try
            {
                action();
            }
            catch (Exception problem) when (problem is IOException || problem is UnauthorizedAccessException)
            {
                FileProblem = problem.Message;
            }
        }
    }
}
