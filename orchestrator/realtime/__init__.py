"""Live sockets: who publishes a state, and the hub that hands it to this process's sockets.

    realtime.publish(workspace_id, [Frame.of("campaign.changed", …)])     # on an event loop
    realtime.publish_sync(workspace_id, [Frame.of("campaign.changed", …)])  # anywhere else

A publish is told to all processes by Redis, and may be lost with it: each hub compares what its
sockets have in view with the database, by the one `Source` that a feature registers.
"""

from orchestrator.realtime.bars import Bars
from orchestrator.realtime.frames import AUDIENCES, Frame, Reach, text
from orchestrator.realtime.hub import Hub, close, hub, is_up, sockets_in
from orchestrator.realtime.publishing import Unavailable, publish, publish_all, publish_sync
from orchestrator.realtime.reads import Merged, connect, in_thread
from orchestrator.realtime.socket import Close, Socket
from orchestrator.realtime.source import Caller, Source, register, registered

__all__ = [
    "AUDIENCES",
    "Bars",
    "Caller",
    "Close",
    "Frame",
    "Hub",
    "Merged",
    "Reach",
    "Socket",
    "Source",
    "Unavailable",
    "close",
    "connect",
    "hub",
    "in_thread",
    "is_up",
    "publish",
    "publish_all",
    "publish_sync",
    "register",
    "registered",
    "sockets_in",
    "text",
]
