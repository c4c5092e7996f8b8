namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>When the chunks of live audio arrived. A recording that is played faster than it was spoken has its own, shorter times.</summary>
internal sealed class ArrivalTimes
{
    private readonly List<(TimeSpan End, long At)> _chunks = [];
    private long _heard;

    /// <summary>When the latest chunk arrived, as a timestamp; 0 before the first.</summary>
    public long Last => _chunks.Count == 0 ? 0 : _chunks[^1].At;

    /// <summary>Adds a chunk.</summary>
    /// <param name="duration">How long it plays.</param>
    /// <param name="at">When it arrived.</param>
    public void Add(TimeSpan duration, long at) => _chunks.Add(((_chunks.Count == 0 ? TimeSpan.Zero : _chunks[^1].End) + duration, at));

    /// <summary>Says when the latest chunk had been worked through.</summary>
    /// <param name="at">A timestamp.</param>
    public void Heard(long at) => _heard = at;

    /// <summary>When the chunk arrived that was spoken so long before the end of the latest.</summary>
    /// <param name="since">Duration of audio.</param>
    public long Before(TimeSpan since)
    {
        TimeSpan moment = _chunks.Count == 0 ? TimeSpan.Zero : _chunks[^1].End - since;
        foreach ((TimeSpan end, long at) in _chunks)
        {
            if (end >= moment)
            {
                return at;
            }
        }

        return Last;
    }

    /// <summary>When the end of the sequence was known, had the latest chunk taken no time to work through: that time is not a wait for input.</summary>
    /// <param name="at">When the sequence ended.</param>
    public long EndedAt(long at) => at - (_heard - Last);
}
