namespace BatVRTrainer
{
    /// <summary>The history is gone: REST has the truth.</summary>
    public struct ResumeFailed
    {
        public string Code;
        public long Seq;

        public static ResumeFailed Read(JsonValue json)
        {
            return new ResumeFailed
            {
                Code = json.TextOf("code"),
                Seq = json.WholeOf("seq"),
            };
        }
    }
}
