using System.Runtime.InteropServices;

namespace AgentChain.Devices;

/// <content>The requests that wait.</content>
public sealed partial class DeviceScheduler
{
    /// <summary>The number of requests that can wait, or are speculative, that are looked at before others are served.</summary>
    const int Looked = 16;

    /// <summary>The requests that wait, by the last rank that they can have: one that can wait or is speculative may no longer be.</summary>
    readonly WaitingRequests<Waiter>[] _waiting = [new(), new(), new()];
    long _arrivals;

    /// <summary>The number of requests that wait, by what they request.</summary>
    readonly Dictionary<DeviceRequest, int> _waitingFor = [];
    /// <summary>The number of leases of work that gives way.</summary>
    volatile int _yielding;
    bool _isServing;
    bool _released;

    /// <summary>Adds a request to those that wait. Called under the lock.</summary>
    Waiter Wait(in PlacementRequest request)
    {
        Rank last = request.IsSpeculative ? Rank.Speculative : request.CanWait is null ? Rank.CannotWait : Rank.CanWait;
        var waiter = new Waiter(this, request, _waiting[(int)last]);
        waiter.Place = waiter.Queue.Add(waiter, request.StartBy, _arrivals++);
        CollectionsMarshal.GetValueRefOrAddDefault(_waitingFor, request.Device, out _)++;
        return waiter;
    }

    void Release(DeviceLease lease)
    {
        lock (_lock)
        {
            _slots.First(s => ReferenceEquals(s.Device, lease.Device)).Return(lease, _time);
            _yielding -= lease.Yield is null ? 0 : 1;
        }

        ServeWaiting();
    }

    /// <summary>Serves the requests that wait, because a lease or memory was released, or a device is back or gone.</summary>
    void ServeWaiting()
    {
        List<(Waiter Waiter, DeviceLease? Lease, Exception? Error)>? served = null;
        lock (_lock)
        {
            _released = true;
            if (_isServing)
            {
                // A policy released a lease from within Pick. The loop that called Pick runs again and uses the free lease.
                return;
            }

            _isServing = true;
            while (_released)
            {
                _released = false;
                Serve(Rank.CannotWait, ref served);
                Serve(Rank.CanWait, ref served);
                Serve(Rank.Speculative, ref served);
            }

            _isServing = false;
        }

        foreach ((Waiter waiter, DeviceLease? placed, Exception? error) in served ?? [])
        {
            waiter.Registration.Unregister();
            if (error is not null)
            {
                waiter.TrySetException(error);
            }
            else if (waiter.TrySetResult(placed!))
            {
                GiveWay(waiter.Request, placed);
            }
            else
            {
                placed!.Dispose();
            }
        }
    }

    /// <summary>
    /// Tells work that only uses idle devices to give way to a request: on the device where it was placed, or on all where it waits. If the
    /// request is for such work itself, it gives way if there is other work.
    /// </summary>
    void GiveWay(in PlacementRequest request, DeviceLease? placed)
    {
        // Apart, because the lambdas there take memory even if nothing gives way.
        if (_yielding > 0)
        {
            TellToGiveWay(request, placed);
        }
    }

    void TellToGiveWay(in PlacementRequest request, DeviceLease? placed)
    {
        DeviceRequest wanted = request.Device;
        DeviceLease[] leases;
        lock (_lock)
        {
            leases = request.Yield is null
                ? [.. _slots.Where(slot => placed is null ? wanted.Accepts(slot.Device) : ReferenceEquals(slot.Device, placed.Device)).SelectMany(slot => slot.Yielding)]
                : Array.Exists(_slots, slot => ReferenceEquals(slot.Device, placed?.Device) && slot.Leases > slot.Yielding.Count) ? [placed!] : [];
        }

        foreach (DeviceLease lease in leases)
        {
            try
            {
                lease.Yield!();
            }
            catch (Exception)
            {
                // It is the host's code, and the request is served in any case.
            }
        }
    }

    /// <summary>Serves waiting requests up to a rank from free leases.</summary>
    void Serve(Rank last, ref List<(Waiter Waiter, DeviceLease? Lease, Exception? Error)>? served)
    {
        if (!HasRoom)
        {
            return;
        }

        WaitingRequests<Waiter>.Place?[] next = [_waiting[0].First, _waiting[1].First, _waiting[2].First];
        Span<int> passed = stackalloc int[next.Length];
        while (Earliest(next) is >= 0 and var at)
        {
            WaitingRequests<Waiter>.Place place = next[at]!;
            if (at <= (int)last || RankOf(place.Item.Request) <= last)
            {
                TryServe(place, ref served);
                if (!HasRoom)
                {
                    return;
                }
            }
            else if (++passed[at] == Looked)
            {
                next[at] = null;
                continue;
            }

            next[at] = _waiting[at].After(place);
        }
    }

    void TryServe(WaitingRequests<Waiter>.Place place, ref List<(Waiter Waiter, DeviceLease? Lease, Exception? Error)>? served)
    {
        DeviceLease? placed = null;
        Exception? failure = null;
        try
        {
            placed = TryPlace(place.Item.Request);
        }
        catch (InvalidOperationException error)
        {
            failure = error;
        }

        if (placed is not null || failure is not null)
        {
            Remove(place);
            (served ??= []).Add((place.Item, placed, failure));
        }
    }

    /// <summary>Returns the index of the place that comes first; -1 if there is none.</summary>
    static int Earliest(WaitingRequests<Waiter>.Place?[] places)
    {
        int first = -1;
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] is { } place && (first < 0 || place.IsBefore(places[first]!)))
            {
                first = i;
            }
        }

        return first;
    }

    /// <summary>Removes a request that waits. Does nothing if it was removed before. Called under the lock.</summary>
    void Remove(WaitingRequests<Waiter>.Place place)
    {
        DeviceRequest device = place.Item.Request.Device;
        if (place.Item.Queue.Remove(place) && --CollectionsMarshal.GetValueRefOrNullRef(_waitingFor, device) == 0)
        {
            _waitingFor.Remove(device);
        }
    }

    bool HasRoom => Array.Exists(_slots, static slot => slot.HasRoom);

    static Rank RankOf(in PlacementRequest request) =>
        request.IsSpeculativeNow ? Rank.Speculative : request.CanWaitNow ? Rank.CanWait : Rank.CannotWait;

    /// <summary>The order of requests before that of their times.</summary>
    enum Rank
    {
        CannotWait,
        CanWait,
        Speculative,
    }

    sealed class Waiter(DeviceScheduler owner, PlacementRequest request, WaitingRequests<Waiter> queue)
        : TaskCompletionSource<DeviceLease>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PlacementRequest Request { get; } = request;

        public WaitingRequests<Waiter> Queue => queue;

        public WaitingRequests<Waiter>.Place? Place { get; set; }

        public CancellationTokenRegistration Registration { get; set; }

        public void Cancel(CancellationToken token)
        {
            lock (owner._lock)
            {
                if (Place is { } place)
                {
                    owner.Remove(place);
                }
            }

            TrySetCanceled(token);
        }
    }
}
