namespace BatVRTrainer
{
    /// <summary>An event that is not known to be on the server's disk.</summary>
    public struct WaitingEvent
    {
        public string EventId;
        public string Type;
        /// <summary>A JSON object.</summary>
        public string Data;
        /// <summary>Seconds of the session's clock.</summary>
        public double Time;
        /// <summary>False for an event from before the first `ready`.</summary>
        public bool HasTime;

        /// <summary>As `POST /api/sessions/:id/events` takes it; also a line of the buffer's file.</summary>
        public void Write(JsonWriter to)
        {
            to.Begin().Pair("eventId", EventId);
            if (HasTime) to.Pair("time", Time);
            to.Pair("type", Type).Key("data").Raw(Data).End();
        }

        public static bool TryRead(JsonValue json, out WaitingEvent waiting)
        {
            waiting = new WaitingEvent
            {
                EventId = json.TextOf("eventId"),
                Type = json.TextOf("type"),
                Data = json["data"].ToString(),
                Time = json.NumberOf("time"),
                HasTime = json["time"].Is == JsonValue.Kind.Number,
            };
            return waiting.EventId.Length > 0 && waiting.Type.Length > 0 && json["data"].Is == JsonValue.Kind.Object;
        }
    }
}
