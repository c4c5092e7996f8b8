namespace VoiceAgent.CommandLine;

/// <summary>What may be done before it is known to be needed. The answer never depends on it.</summary>
enum Ahead
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>The agents answer hypotheses of the question and call tools without effects; the voice waits.</summary>
    Tools,

    /// <summary>The voice also speaks ahead.</summary>
    Full,
}
