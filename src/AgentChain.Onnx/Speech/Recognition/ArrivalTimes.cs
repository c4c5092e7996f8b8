namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Records when chunks of live audio arrived. A recording played faster than real time has shorter times.</summary>
internal sealed class ArrivalTimes
{
    private readonly List<(TimeSpan End, long At)> _chunks = [];
    private long _heard;

    /// <summary>The timestamp at which the latest chunk arrived; 0 before the first.</summary>
    public long Last => _chunks.Count == 0 ? 0 : _chunks[^1].At;

    /// <summary>Adds a chunk.</summary>
    /// <param name="duration">The playing time of the chunk.</param>
    /// <param name="at">The timestamp of its arrival.</param>
    public void Add(TimeSpan duration, long at) => _chunks.Add(((_chunks.Count == 0 ? TimeSpan.Zero : _chunks[^1].End) + duration, at));

    /// <summary>Records when the processing of the latest chunk ended.</summary>
    /// <param name="at">The timestamp.</param>
    public void Heard(long at) => _heard = at;

    /// <summary>Returns when the chunk arrived that contains the moment <paramref name="since"/> before the end of the latest.</summary>
    /// <param name="since">The duration of audio.</param>
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

    /// <summary>Returns when the end was known, less the time to process the latest chunk, which is not a wait for input.</summary>
    /// <param name="at">The timestamp of the end of the sequence.</param>
    public long EndedAt(long at) => at - (_heard - Last);
}
