namespace BatVRTrainer
{
    /// <summary>A new or changed utterance; a later one with the same id replaces it.</summary>
    public struct Transcript
    {
        public long Seq;
        /// <summary>TRAINEE or AVATAR.</summary>
        public string Speaker;
        public string Text;
        /// <summary>Seconds of the session; sort by it.</summary>
        public double StartTime;
        public double EndTime;
        public string UtteranceId;
        /// <summary>It was cut to what was heard.</summary>
        public bool IsInterrupted;

        public static Transcript Read(JsonValue json)
        {
            return new Transcript
            {
                Seq = json.WholeOf("seq"),
                Speaker = json.TextOf("speaker"),
                Text = json.TextOf("text"),
                StartTime = json.NumberOf("startTime"),
                EndTime = json.NumberOf("endTime"),
                UtteranceId = json.TextOf("utteranceId"),
                IsInterrupted = json.FlagOf("interrupted"),
            };
        }
    }
}
