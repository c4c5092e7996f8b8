namespace VoiceAgent.CommandLine;

/// <summary>The options from the command line.</summary>
sealed record VoiceAgentOptions
{
    /// <summary>About the time of a look-up in a remote system.</summary>
    public static readonly TimeSpan ComparedToolTime = TimeSpan.FromMilliseconds(300);

    /// <summary>The questions of one conversation, in order; an empty list means the bundled questions.</summary>
    public IReadOnlyList<Asked> Questions { get; init; } = [];

    /// <summary>The caller: a name or an account number; the first customer by default.</summary>
    public string? Customer { get; init; }

    /// <summary>The folder for the spoken answers.</summary>
    public string OutputFolder { get; init; } = "answers";

    /// <summary>The folder of the models, if they are not next to the program.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>The encoder that finds documents.</summary>
    public EmbedderChoice Embedder { get; init; }

    /// <summary>The device that the models run on.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The server that answers in the place of the language model, or <see langword="null"/> for the sample's own model.</summary>
    public LanguageServer? Server { get; init; }

    /// <summary>Whether recordings arrive at their own pace rather than as fast as they are processed.</summary>
    public bool RealTime { get; init; }

    /// <summary>What may be done before it is known to be needed.</summary>
    public Ahead Speculate { get; init; } = Ahead.Full;

    /// <summary>
    /// How long each tool waits before its work, as if it asked another system; by default, not at all, or
    /// <see cref="ComparedToolTime"/> where tools early and late are compared.
    /// </summary>
    public TimeSpan? ToolTime { get; init; }

    /// <summary>Whether each question is answered twice, without and with early work, at the recording's own pace.</summary>
    public bool Compare { get; init; }

    /// <summary>Whether the recognizer transcribes each spoken answer.</summary>
    public bool Verify { get; init; }

    /// <summary>The duration of silence after which a question counts as over.</summary>
    public TimeSpan EndpointWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The time limit for the answer's first sample, counted from the end of the question.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(1500);

    public bool Help { get; init; }
}

/// <summary>An OpenAI-compatible server.</summary>
/// <param name="Address">The address, such as <c>http://localhost:8080/v1</c>.</param>
/// <param name="Model">The name of the model.</param>
sealed record LanguageServer(Uri Address, string Model);

/// <summary>A question from the command line: a WAV file, or words to speak first.</summary>
/// <param name="Text">The file's path or the words.</param>
/// <param name="IsFile">Whether the text is a path.</param>
readonly record struct Asked(string Text, bool IsFile);
