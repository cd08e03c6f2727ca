namespace BatVRTrainer
{
    /// <summary>These events were refused.</summary>
    public struct Nack
    {
        public string[] EventIds;
        public string Code;
        public string Message;
        public bool IsWorthRetrying;

        public static Nack Read(JsonValue json)
        {
            return new Nack
            {
                EventIds = json.TextsOf("eventIds"),
                Code = json.TextOf("code"),
                Message = json.TextOf("message"),
                IsWorthRetrying = json.FlagOf("retry"),
            };
        }
    }
}
