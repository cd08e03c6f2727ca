namespace BatVRTrainer
{
    /// <summary>The messages of a client. Each is written into the same writer, which is cleared first.</summary>
    static class ClientMessages
    {
        public static JsonWriter Resume(JsonWriter to, long lastSeq, Place played)
        {
            to.Clear().Begin().Pair("type", "resume").Pair("lastSeq", lastSeq);
            if (played.IsKnown)
            {
                to.Key("played").Begin().Pair("itemId", played.ItemId).Pair("offsetMs", played.OffsetMs).End();
            }
            return to.End();
        }

        public static JsonWriter Event(JsonWriter to, WaitingEvent waiting)
        {
            to.Clear().Begin().Pair("type", "event").Pair("eventId", waiting.EventId);
            if (waiting.HasTime) to.Pair("time", waiting.Time);
            return to.Key("data").Begin().Pair("type", waiting.Type).Key("data").Raw(waiting.Data).End().End();
        }

        public static JsonWriter Played(JsonWriter to, Place place)
        {
            return to.Clear().Begin().Pair("type", "played").Pair("itemId", place.ItemId)
                .Pair("offsetMs", place.OffsetMs).End();
        }

        public static JsonWriter Text(JsonWriter to, string text)
        {
            return to.Clear().Begin().Pair("type", "text").Pair("text", text).End();
        }

        public static JsonWriter Mute(JsonWriter to, bool isMuted)
        {
            return to.Clear().Begin().Pair("type", "mute").Pair("on", isMuted).End();
        }

        public static JsonWriter Ping(JsonWriter to, long milliseconds)
        {
            return to.Clear().Begin().Pair("type", "ping").Pair("t", milliseconds).End();
        }

        public static JsonWriter EndSession(JsonWriter to)
        {
            return to.Clear().Begin().Pair("type", "end_session").End();
        }
    }
}
