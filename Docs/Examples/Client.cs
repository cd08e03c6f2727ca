// A client of the trainer in one file, for Unity and every other .NET. It needs System.dll and
// System.Runtime.Serialization.dll; in Unity, JsonUtility takes the place of the serializer: the messages are flat.
//
//   mcs -r:System.Runtime.Serialization.dll Client.cs && mono Client.exe http://127.0.0.1:3001 [API key]
//
// holds a short call: it types two lines, reports an event, ends the session and waits for the score. Audio travels as
// base64 in JSON here; client.mjs shows binary frames and how to come back after a lost connection.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.WebSockets;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

/// <summary>The keys of all messages of the server that this client reads. What is absent stays null or 0.</summary>
[DataContract]
public class Message
{
    [DataMember] public string type;
    [DataMember] public long seq;
    [DataMember] public string code;
    [DataMember] public string message;
    [DataMember] public string speaker;
    [DataMember] public string text;
    [DataMember] public double startTime;
    [DataMember] public string utteranceId;
    [DataMember] public string itemId;
    [DataMember] public long offsetMs;
    [DataMember] public string[] eventIds;
    [DataMember] public string outcome;
    [DataMember] public string verdict;
    [DataMember] public string error;
}

/// <summary>`data` of an audio message is base64; that of a score is an object, so each has its own class.</summary>
[DataContract]
public class AudioMessage
{
    [DataMember] public string data;
}

[DataContract]
public class ScoreMessage
{
    [DataMember] public Score data;

    [DataContract]
    public class Score
    {
        [DataMember] public int overall;
        [DataMember] public string summary;
    }
}

[DataContract]
public class NewSession
{
    [DataMember] public string sessionId;
    [DataMember] public string wsUrl;
}

public static class Json
{
    public static T Read<T>(byte[] bytes)
    {
        using (var stream = new MemoryStream(bytes))
            return (T)new DataContractJsonSerializer(typeof(T)).ReadObject(stream);
    }

    /// <summary>A text with its quotes.</summary>
    public static string Quoted(string text)
    {
        using (var stream = new MemoryStream())
        {
            new DataContractJsonSerializer(typeof(string)).WriteObject(stream, text);
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}

public class TrainingCall
{
    readonly ClientWebSocket socket = new ClientWebSocket();
    // A socket takes one SendAsync at a time.
    readonly SemaphoreSlim sending = new SemaphoreSlim(1);
    readonly Dictionary<string, string> unacknowledged = new Dictionary<string, string>();

    public event Action<Message> Received = delegate { };
    /// <summary>PCM16, 24 kHz, mono, and where in its item it begins.</summary>
    public event Action<string, long, byte[]> Heard = delegate { };

    public byte[] ScoreBytes { get; private set; }
    public int Unacknowledged { get { lock (unacknowledged) return unacknowledged.Count; } }

    /// <summary>Connects, and hands over what comes until the server closes. In Unity, pass it on to the main thread.</summary>
    public async Task Run(string wsUrl)
    {
        await socket.ConnectAsync(new Uri(wsUrl), CancellationToken.None);
        var buffer = new ArraySegment<byte>(new byte[16384]);
        while (socket.State == WebSocketState.Open)
        {
            // A message may come in several parts.
            var whole = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, CancellationToken.None);
                whole.Write(buffer.Array, 0, part.Count);
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close) break;
            Take(whole.ToArray());
        }
        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
    }

    void Take(byte[] bytes)
    {
        var message = Json.Read<Message>(bytes);
        switch (message.type)
        {
            case "audio":
                Heard(message.itemId, message.offsetMs, Convert.FromBase64String(Json.Read<AudioMessage>(bytes).data));
                return;
            case "ack":
                lock (unacknowledged) foreach (var id in message.eventIds) unacknowledged.Remove(id);
                break;
            case "score":
                ScoreBytes = bytes;
                break;
        }
        Received(message);
    }

    /// <summary>Microphone audio, 20 to 100 ms of it.</summary>
    public Task Speak(byte[] pcm)
    {
        return Send("{\"type\":\"audio\",\"data\":\"" + Convert.ToBase64String(pcm) + "\"}");
    }

    public Task Type(string text)
    {
        return Send("{\"type\":\"text\",\"text\":" + Json.Quoted(text) + "}");
    }

    /// <param name="data">A JSON object.</param>
    public Task Report(string type, string data)
    {
        var id = Guid.NewGuid().ToString();
        var json = "{\"type\":\"event\",\"eventId\":\"" + id + "\",\"data\":{\"type\":\"" + type + "\",\"data\":" + data
            + "}}";
        lock (unacknowledged) unacknowledged[id] = json;
        return Send(json);
    }

    public Task Played(string itemId, long offsetMs)
    {
        return Send("{\"type\":\"played\",\"itemId\":" + Json.Quoted(itemId) + ",\"offsetMs\":" + offsetMs + "}");
    }

    public Task End()
    {
        return Send("{\"type\":\"end_session\"}");
    }

    async Task Send(string json)
    {
        await sending.WaitAsync();
        try
        {
            if (socket.State != WebSocketState.Open) return;
            var bytes = new ArraySegment<byte>(Encoding.UTF8.GetBytes(json));
            await socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }
}

public static class Client
{
    const int BytesPerMs = 48;

    public static int Main(string[] arguments)
    {
        var server = arguments.Length > 0 ? arguments[0].TrimEnd('/') : "http://127.0.0.1:3001";
        return Demonstrate(server, arguments.Length > 1 ? arguments[1] : null).GetAwaiter().GetResult();
    }

    static NewSession CreateSession(string server, string apiKey)
    {
        using (var web = new WebClient())
        {
            web.Headers[HttpRequestHeader.ContentType] = "application/json";
            // A retry with the same key creates no second session.
            web.Headers["Idempotency-Key"] = Guid.NewGuid().ToString();
            if (apiKey != null) web.Headers[HttpRequestHeader.Authorization] = "Bearer " + apiKey;
            var request = "{\"scenarioId\":\"fmc_resistant\",\"traineeId\":\"EXAMPLE_CS\",\"client\":\"example-cs\"}";
            return Json.Read<NewSession>(web.UploadData(server + "/api/sessions", Encoding.UTF8.GetBytes(request)));
        }
    }

    static async Task<int> Demonstrate(string server, string apiKey)
    {
        var session = CreateSession(server, apiKey);
        Console.WriteLine("session " + session.sessionId);
        var call = new TrainingCall();
        var isReady = new TaskCompletionSource<bool>();
        // One for each answer of the customer.
        var answers = new SemaphoreSlim(0);
        var lines = new SortedDictionary<double, string>();
        var places = new Dictionary<string, double>();
        long bytes = 0;
        string error = null;

        call.Received += message =>
        {
            switch (message.type)
            {
                case "ready":
                    isReady.TrySetResult(true);
                    break;
                case "transcript":
                    // A later message about the same utterance replaces the earlier one.
                    if (places.ContainsKey(message.utteranceId)) lines.Remove(places[message.utteranceId]);
                    places[message.utteranceId] = message.startTime;
                    lines[message.startTime] = message.speaker + " " + message.text;
                    if (message.speaker == "AVATAR") answers.Release();
                    break;
                case "score":
                    error = message.error;
                    break;
                case "error":
                    Console.WriteLine("error " + message.code + ": " + message.message);
                    break;
            }
        };
        call.Heard += (itemId, offsetMs, pcm) =>
        {
            bytes += pcm.Length;
            // This client plays nothing and says at once that it has. A real one queues the samples, plays them, and
            // reports its position every 200 ms.
            call.Played(itemId, offsetMs + pcm.Length / BytesPerMs);
        };

        var running = call.Run(session.wsUrl);
        await isReady.Task;
        var silence = new byte[40 * BytesPerMs];
        using (new Timer(_ => call.Speak(silence), null, 0, 40))
        {
            await call.Report("VR_INTERACTION", "{\"interactedObject\":\"GLO_Device\",\"action\":\"PICKUP\"}");
            foreach (var line in new[] { "Good afternoon! What do you smoke?", "And what bothers you about it?" })
            {
                await call.Type(line);
                await answers.WaitAsync(TimeSpan.FromSeconds(20));
            }
            await call.End();
            await running;
        }
        foreach (var line in lines) Console.WriteLine(line.Key.ToString("0.0").PadLeft(6) + " " + line.Value);
        Console.WriteLine(bytes / BytesPerMs + " ms of the customer's voice, " + call.Unacknowledged + " events left over");
        if (call.ScoreBytes == null || error != null)
        {
            Console.WriteLine("no score: " + error);
            return 1;
        }
        Console.WriteLine(Json.Read<ScoreMessage>(call.ScoreBytes).data.overall + " points");
        return 0;
    }
}
