namespace BatVRTrainer
{
    /// <summary>The data of the events that the server knows, as JSON.</summary>
    public static class EventData
    {
        /// <summary>For VR_INTERACTION. Names as in the content file `vr-objects.yaml`, also as Unity decorates
        /// them.</summary>
        public static string Interaction(string interactedObject, string action)
        {
            return new JsonWriter().Begin().Pair("interactedObject", interactedObject).Pair("action", action).End()
                .ToString();
        }

        /// <summary>For TABLET_CHOICE.</summary>
        public static string Choice(string question, string answer)
        {
            return new JsonWriter().Begin().Pair("question", question).Pair("answer", answer).End().ToString();
        }

        /// <summary>For DOB_CHECK.</summary>
        /// <param name="entered">The date as YYYY-MM-DD.</param>
        public static string BirthDate(string entered, bool isCorrect)
        {
            return new JsonWriter().Begin().Pair("entered", entered).Pair("correct", isCorrect).End().ToString();
        }

        /// <summary>For ERROR.</summary>
        public static string Problem(string message)
        {
            return new JsonWriter().Begin().Pair("message", message).End().ToString();
        }
    }
}
