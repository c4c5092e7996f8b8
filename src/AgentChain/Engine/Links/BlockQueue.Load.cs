using AgentChain.Engine.Turns;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Links;

/// <content>What a prediction knows of the queue.</content>
sealed partial class BlockQueue<T> : IQueueLoad
{
    /// <summary>
    /// What the values that wait or come now, and what the usual wait, count in a prediction. Together they are more than one, because the
    /// time in which the queue gets shorter is taken from the first. Found by the commands calibration and goodput of the benchmarks.
    /// </summary>
    const double NowWeight = 0.4, UsualWeight = 0.8;

    /// <summary>The weight of a wait in the usual one.</summary>
    const double WaitWeight = 0.02;

    /// <summary>The usual wait for a worker, in seconds; only if turns are predicted.</summary>
    double _usualWait;

    /// <summary>When a value last got a worker.</summary>
    long _usualAt;

    bool IQueueLoad.IsIdle => _places.Counts is { Working: <= 1, Waiting: 0 };

    double IQueueLoad.WaitOf(double mean, double remains, double away, double coming)
    {
        (int working, int waiting) = _places.Counts;
        double wait = 0;
        if (working + coming >= _workerCount)
        {
            // An overloaded queue serves only those first whose rest is not longer; while nothing waits, it is unknown which these are, and all
            // that come count. While the value is on its way, the queue gets shorter.
            double before = waiting > 0 && waiting + coming > _backlog ? (waiting + coming) * _waitingForWorker.ShareBefore(remains) : waiting + coming;
            wait = Math.Max(0, (mean * (before + DeviceLoad.UntilOneIsFree) / _workerCount) - away);
        }

        if (_node.Settings.Device is { } device)
        {
            wait += Math.Max(0, (mean * DeviceLoad.Before(_runtime, device, coming)) - away);
        }

        // What waits here now is certain for a value that is here.
        return away <= 0 ? wait : (NowWeight * wait) + (UsualWeight * UsualWait(mean));
    }

    double IQueueLoad.DeviceWaitOf(double mean) =>
        _node.Settings.Device is { } device ? mean * DeviceLoad.Before(_runtime, device, coming: 0) : 0;

    /// <summary>The slack of a value that waits. Calls no host code, because it runs under the lock of the queue.</summary>
    (long StartBy, double Remains)? SlackOf(Envelope<T> envelope) => envelope.IsUncommitted
        ? null
        : Foresight.SlackOf(envelope.Turn, _node.Forecast!, _node.Forecast!.Own(envelope.Turn.Forecast));

    /// <summary>
    /// The usual wait, which counts less the longer no value got a worker: otherwise, a wait that is long past would keep every turn out, and
    /// only values that get in make the usual wait shorter.
    /// </summary>
    double UsualWait(double mean)
    {
        double usual = Volatile.Read(ref _usualWait);
        return usual == 0 || mean <= 0 ? 0
            : usual * Math.Exp(-_runtime.Time.GetElapsedTime(Volatile.Read(ref _usualAt), _runtime.Now).TotalSeconds * WaitWeight / mean);
    }

    /// <summary>Learns how long values usually wait for a worker.</summary>
    void CountWait(in Envelope<T> envelope)
    {
        if (_node.Forecast is not null)
        {
            // Concurrent workers can lose a wait, which does not matter.
            long now = _runtime.Now;
            double wait = _runtime.Time.GetElapsedTime(envelope.At, now).TotalSeconds;
            Volatile.Write(ref _usualAt, now);
            Volatile.Write(ref _usualWait, _usualWait + (WaitWeight * (wait - _usualWait)));
        }
    }
}
