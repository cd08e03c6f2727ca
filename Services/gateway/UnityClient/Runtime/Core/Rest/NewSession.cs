namespace BatVRTrainer
{
    /// <summary>What `POST /api/sessions` takes. What is null is left out.</summary>
    public sealed class NewSession
    {
        public string ScenarioId;
        public string TraineeId;
        public string Client = "unity";
        /// <summary>The law that applies to the sale: CZ, GR, LV, DE or EU.</summary>
        public string Market;
        public string Language;
        /// <summary>`private` makes it a practice.</summary>
        public string Visibility;
        /// <summary>A JSON object that is stored as it is.</summary>
        public string MetadataJson;

        public void Write(JsonWriter to)
        {
            to.Begin();
            Add(to, "scenarioId", ScenarioId);
            Add(to, "traineeId", TraineeId);
            Add(to, "client", Client);
            Add(to, "market", Market);
            Add(to, "language", Language);
            Add(to, "visibility", Visibility);
            JsonValue metadata;
            if (MetadataJson != null && JsonReader.TryRead(MetadataJson, out metadata)) to.Key("metadata").Raw(MetadataJson);
            to.End();
        }

        static void Add(JsonWriter to, string key, string value)
        {
            if (!string.IsNullOrEmpty(value)) to.Pair(key, value);
        }
    }
}
