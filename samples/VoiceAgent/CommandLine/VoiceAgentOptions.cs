using AgentChain.Speculation;

namespace VoiceAgent.CommandLine;

/// <summary>What the command line asks for.</summary>
sealed record VoiceAgentOptions
{
    /// <summary>The questions of one conversation, in the order given; none means the bundled ones.</summary>
    public IReadOnlyList<Asked> Questions { get; init; } = [];

    /// <summary>Who is calling: a name or an account number; by default the first customer there is.</summary>
    public string? Customer { get; init; }

    /// <summary>Where the spoken answers go.</summary>
    public string OutputFolder { get; init; } = "answers";

    /// <summary>Where the models are, when they do not lie beside the program.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>The device that the models run on.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether recordings arrive at their own pace rather than as fast as they are listened to.</summary>
    public bool RealTime { get; init; }

    /// <summary>How far blocks may go on what was heard before the question is over.</summary>
    public SpeculationLevel Speculate { get; init; } = SpeculationLevel.Full;

    /// <summary>Whether each question is answered twice, without speculation and with it, at the recording's own pace.</summary>
    public bool Compare { get; init; }

    /// <summary>Whether the recognizer listens to each spoken answer.</summary>
    public bool Verify { get; init; }

    /// <summary>How long it must be quiet before a question counts as over.</summary>
    public TimeSpan EndpointWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the answer's first sample may take, counted from the end of the question.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(1500);

    public bool Help { get; init; }
}

/// <summary>A question as it was given: a WAV file, or words to be spoken first.</summary>
/// <param name="Text">The file's path or the words.</param>
/// <param name="IsFile">Which of the two.</param>
readonly record struct Asked(string Text, bool IsFile);
