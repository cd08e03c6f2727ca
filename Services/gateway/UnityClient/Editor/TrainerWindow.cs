using System;
using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace BatVRTrainer.Editor
{
    /// <summary>Window > BAT VR Trainer: tries a server out, without a scene.</summary>
    public sealed class TrainerWindow : EditorWindow
    {
        // Kept while the editor runs and never on disk: a ticket is a secret.
        const string TicketKey = "BatVRTrainer.Ticket";
        const string ServerKey = "BatVRTrainer.Server";

        string server = "http://127.0.0.1:3001";
        string ticket = "";
        string trainee = "EDITOR";
        string text = "Good afternoon! What do you smoke?";
        string[] scenarios = { "fmc_resistant" };
        int chosen;
        string problem = "";
        Vector2 scroll;
        TestCall call;

        [MenuItem("Window/BAT VR Trainer")]
        public static void Open()
        {
            var window = GetWindow<TrainerWindow>();
            window.titleContent = new GUIContent("BAT VR Trainer");
            window.Show();
        }

        void OnEnable()
        {
            server = UnityEditor.SessionState.GetString(ServerKey, server);
            ticket = UnityEditor.SessionState.GetString(TicketKey, ticket);
        }

        void OnDisable() { Leave(); }

        void OnInspectorUpdate() { Repaint(); }

        void OnGUI()
        {
            server = EditorGUILayout.TextField("Server", server);
            ticket = EditorGUILayout.PasswordField("Ticket (none on this machine)", ticket);
            trainee = EditorGUILayout.TextField("Trainee", trainee);
            chosen = EditorGUILayout.Popup("Scenario", chosen, scenarios);
            if (GUILayout.Button("Load scenarios")) LoadScenarios();
            if (call == null || call.State == BatVRTrainer.SessionState.Closed)
            {
                if (GUILayout.Button("Start a typed test call")) Begin();
            }
            if (call != null)
            {
                text = EditorGUILayout.TextField("Say", text);
                if (GUILayout.Button("Send")) call.Say(text);
                if (GUILayout.Button("End the conversation")) call.End();
                if (GUILayout.Button("Leave")) Leave();
            }
            if (problem.Length > 0) EditorGUILayout.HelpBox(problem, MessageType.Error);
            if (call == null) return;
            GUILayout.Label("What was said on the line");
            scroll = EditorGUILayout.BeginScrollView(scroll);
            foreach (var line in call.Log) EditorGUILayout.SelectableLabel(line);
            EditorGUILayout.EndScrollView();
        }

        RestClient Rest()
        {
            UnityEditor.SessionState.SetString(ServerKey, server);
            UnityEditor.SessionState.SetString(TicketKey, ticket);
            problem = "";
            return new RestClient(server, ticket);
        }

        async void LoadScenarios()
        {
            try
            {
                var answer = await Rest().Scenarios();
                var ids = new List<string>();
                foreach (var scenario in answer["items"].Items) ids.Add(scenario.TextOf("id"));
                if (ids.Count > 0) scenarios = ids.ToArray();
                chosen = 0;
            }
            catch (RestException failed)
            {
                problem = failed.Code + ": " + failed.Message;
            }
        }

        async void Begin()
        {
            Leave();
            var begun = new TestCall();
            call = begun;
            try
            {
                await begun.Begin(Rest(), scenarios[Math.Min(chosen, scenarios.Length - 1)], trainee);
            }
            catch (RestException failed)
            {
                problem = failed.Code + ": " + failed.Message;
                if (call == begun) call = null;
            }
        }

        void Leave()
        {
            if (call != null) call.Dispose();
            call = null;
        }
    }
}
