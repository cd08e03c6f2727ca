namespace BatVRTrainer
{
    /// <summary>What `POST /api/sessions` answers.</summary>
    public struct CreatedSession
    {
        public string SessionId;
        public string WsUrl;
        public string WsToken;
        public string PersonaName;
        /// <summary>What the customer's identity card shows.</summary>
        public string PersonaBirthDate;
        public string ScenarioTitle;
        /// <summary>Show it before the call: an AI speaks.</summary>
        public string Notice;
        public string NoticeLanguage;
        public long NoticeVersion;

        public static CreatedSession Read(JsonValue json)
        {
            return new CreatedSession
            {
                SessionId = json.TextOf("sessionId"),
                WsUrl = json.TextOf("wsUrl"),
                WsToken = json.TextOf("wsToken"),
                PersonaName = json["persona"].TextOf("name"),
                PersonaBirthDate = json["persona"].TextOf("birthDate"),
                ScenarioTitle = json["scenario"].TextOf("title"),
                Notice = json.TextOf("notice"),
                NoticeLanguage = json.TextOf("noticeLanguage"),
                NoticeVersion = json.WholeOf("noticeVersion"),
            };
        }
    }
}
