namespace AgentChain.Costs;

/// <summary>Represents a cost that is a start time plus a time for each unit of each feature.</summary>
public sealed record AffineCost : CostModel
{
    readonly TimeSpan _start, _token, _outputToken, _audioSecond, _item;

    /// <summary>Gets the time for an empty input; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Start { get => _start; init => _start = OptionCheck.NotNegative(value, nameof(Start)); }

    /// <summary>Gets the time for each token read; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan EachToken { get => _token; init => _token = OptionCheck.NotNegative(value, nameof(EachToken)); }

    /// <summary>Gets the time for each token produced; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan EachOutputToken { get => _outputToken; init => _outputToken = OptionCheck.NotNegative(value, nameof(EachOutputToken)); }

    /// <summary>Gets the time for each second of audio; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan EachAudioSecond { get => _audioSecond; init => _audioSecond = OptionCheck.NotNegative(value, nameof(EachAudioSecond)); }

    /// <summary>Gets the time for each item; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan EachItem { get => _item; init => _item = OptionCheck.NotNegative(value, nameof(EachItem)); }

    internal override double Seconds(in CostFeatures features) =>
        _start.TotalSeconds + (_token.TotalSeconds * features.Tokens) + (_outputToken.TotalSeconds * features.OutputTokens)
        + (_audioSecond.TotalSeconds * features.AudioSeconds) + (_item.TotalSeconds * features.Items);
}
