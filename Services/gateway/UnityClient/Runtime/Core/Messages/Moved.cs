namespace BatVRTrainer
{
    /// <summary>The session lives elsewhere: connect there.</summary>
    public struct Moved
    {
        public string WsUrl;

        public static Moved Read(JsonValue json)
        {
            return new Moved
            {
                WsUrl = json.TextOf("wsUrl"),
            };
        }
    }
}
