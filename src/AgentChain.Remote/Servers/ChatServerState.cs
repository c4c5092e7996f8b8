namespace AgentChain.Remote;

/// <summary>Describes a server at one moment, as its answers tell it.</summary>
public readonly record struct ChatServerState
{
    /// <summary>Gets whether the server is asked.</summary>
    public ServerHealth Health { get; init; }

    /// <summary>Gets the latest failure of the server, which may be long past.</summary>
    /// <value><see langword="null"/> if there was none.</value>
    public ServerException? LastFailure { get; init; }

    /// <summary>Gets the number of requests in flight.</summary>
    public int Requests { get; init; }

    /// <summary>Gets the requests in flight as a share of those allowed.</summary>
    public double Load { get; init; }

    /// <summary>Gets the time until a server that shed is asked again.</summary>
    /// <value>Zero if it does not shed.</value>
    public TimeSpan ShedFor { get; init; }

    /// <summary>Gets the estimated time from a request to its first text.</summary>
    /// <value>Zero if it is unknown. An estimate fades if no newer answer confirms it.</value>
    public TimeSpan TimeToFirstText { get; init; }

    /// <summary>Gets the estimated share of a prompt that the server finds in its prefix cache.</summary>
    /// <value><see langword="null"/> if its answers do not tell.</value>
    public double? CachedShare { get; init; }

    /// <summary>Gets the number of prompt tokens that the server counted.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Gets the number of prompt tokens that the server found in its prefix cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Gets the number of answers that began.</summary>
    public long Answers { get; init; }

    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString()
    {
        string cached = CachedShare is { } share ? OptionCheck.Text($", {share * 100:0} % of the prompts cached") : "";
        string shed = ShedFor > TimeSpan.Zero ? $", sheds for {OptionCheck.Ms(ShedFor)}" : "";
        string failure = LastFailure is { } last ? $"; latest failure: {last.Message}" : "";
        string load = OptionCheck.Text($"{Health}, {OptionCheck.Count(Requests, "request")} in flight ({Load * 100:0} %)");
        return $"{load}, first text after {OptionCheck.Ms(TimeToFirstText)}{cached}{shed}{failure}";
    }
}
