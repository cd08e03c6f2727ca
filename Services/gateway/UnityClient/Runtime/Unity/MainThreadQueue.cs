using System;
using System.Collections.Generic;

namespace BatVRTrainer
{
    /// <summary>Work from other threads that has to be done on Unity's main thread.</summary>
    sealed class MainThreadQueue
    {
        readonly object gate = new object();
        List<Action> waiting = new List<Action>();
        List<Action> running = new List<Action>();

        public void Add(Action action) { lock (gate) waiting.Add(action); }

        /// <summary>On the main thread, each frame.</summary>
        public void Run()
        {
            lock (gate)
            {
                var empty = running;
                running = waiting;
                waiting = empty;
            }
            foreach (var action in running)
            {
                try
                {
                    action();
                }
                catch (Exception problem)
                {
                    // A fault in what listens must not stop the call.
                    UnityEngine.Debug.LogException(problem);
                }
            }
            running.Clear();
        }
    }
}
