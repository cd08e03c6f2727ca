namespace BatVRTrainer
{
    /// <summary>A rule was broken or met; possibly later, under the same finding, dismissed or disputed.</summary>
    public struct Compliance
    {
        public long Seq;
        public string FindingId;
        public string Id;
        public string Rule;
        public string Status;
        public string Severity;
        public string Message;
        public JsonValue Evidence;

        public static Compliance Read(JsonValue json)
        {
            return new Compliance
            {
                Seq = json.WholeOf("seq"),
                FindingId = json.TextOf("findingId"),
                Id = json.TextOf("id"),
                Rule = json.TextOf("rule"),
                Status = json.TextOf("status"),
                Severity = json.TextOf("severity"),
                Message = json.TextOf("message"),
                Evidence = json["evidence"],
            };
        }
    }
}
