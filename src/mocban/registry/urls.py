from django.urls import path

from .views import incoming, outgoing, packets, series, tasks

app_name = "registry"
urlpatterns = [
    path("incoming/", incoming.incoming_list, name="incoming_list"),
    path("incoming/new/", incoming.incoming_new, name="incoming_new"),
    path("incoming/read/", incoming.incoming_read, name="incoming_read"),
    path("incoming/from-packet/<uuid:pk>/", packets.packet_register, name="packet_register"),
    path("incoming/<uuid:pk>/", incoming.incoming_detail, name="incoming"),
    path("incoming/<uuid:pk>/edit/", incoming.incoming_edit, name="incoming_edit"),
    path("incoming/<uuid:pk>/stamped/", incoming.incoming_stamped, name="incoming_stamped"),
    path("incoming/<uuid:pk>/instruct/", tasks.incoming_instruct, name="incoming_instruct"),
    path("tasks/<uuid:pk>/", tasks.task_detail, name="task"),
    path("tasks/<uuid:pk>/assign/", tasks.task_assign, name="task_assign"),
    path("tasks/<uuid:pk>/start/", tasks.task_start, name="task_start"),
    path("tasks/<uuid:pk>/finish/", tasks.task_finish, name="task_finish"),
    path("outgoing/", outgoing.outgoing_list, name="outgoing_list"),
    path("outgoing/new/", outgoing.outgoing_new, name="outgoing_new"),
    path("outgoing/<uuid:pk>/", outgoing.outgoing_detail, name="outgoing"),
    path("outgoing/<uuid:pk>/upload/", outgoing.outgoing_upload, name="outgoing_upload"),
    path("outgoing/<uuid:pk>/submit/", outgoing.outgoing_submit, name="outgoing_submit"),
    path("outgoing/<uuid:pk>/withdraw/", outgoing.outgoing_withdraw, name="outgoing_withdraw"),
    path("outgoing/<uuid:pk>/approve/", outgoing.outgoing_approve, name="outgoing_approve"),
    path("outgoing/<uuid:pk>/return/", outgoing.outgoing_return, name="outgoing_return"),
    path("outgoing/<uuid:pk>/sign/", outgoing.outgoing_sign, name="outgoing_sign"),
    path("outgoing/<uuid:pk>/number/", outgoing.outgoing_number, name="outgoing_number"),
    path("outgoing/<uuid:pk>/issue/", outgoing.outgoing_issue, name="outgoing_issue"),
    path("series/", series.series_list, name="series_list"),
]
